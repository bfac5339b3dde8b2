// Settings of a workspace as a document; the plan compiler is behind services.plans.
import { LIMITS } from "@holdfast/base";
import { SettingsCheck, SettingsText, SettingsView } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

/** A document's characters may be escaped in JSON; twice its own limit is enough for any text that people write. */
const body_bytes_max = 2 * LIMITS.settings_bytes_max;

const readSettings = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/settings",
  access: "viewer",
  summary: "The settings that run, as text, and the problems of the newest refused attempt",
  shows: SettingsView,
  run: ({ services, params }) => services.plans.settingsView(params.workspace),
});

const applySettings = defineRoute({
  method: "put",
  path: "/api/v1/workspaces/{workspace}/settings",
  access: "admin",
  summary: "Apply settings, whole or not at all",
  body: SettingsText,
  body_bytes_max,
  shows: SettingsView,
  run: ({ services, params, body, who }) => services.plans.applySettings(params.workspace, body.text, who.actor),
});

const checkSettings = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/settings/check",
  access: "admin",
  summary: "Say what would keep these settings from being applied",
  body: SettingsText,
  body_bytes_max,
  shows: SettingsCheck,
  run: async ({ services, params, body }) => ({ problems: await services.plans.check(params.workspace, body.text) }),
});

export const settingsRoutes: Route[] = [readSettings, applySettings, checkSettings];
