// Launches: the frame of scope, window, phase and exit criteria.
import { Launch, LaunchInput, LaunchPatch, PageQuery, pageOf } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

const listLaunches = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/launches",
  access: "viewer",
  summary: "Launches, newest first, with their criteria as they stand now",
  query: PageQuery,
  shows: pageOf(Launch),
  run: ({ services, params, query }) => services.launches.list(params.workspace, query),
});

const createLaunch = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/launches",
  access: "admin",
  summary: "Plan a launch",
  body: LaunchInput,
  status: 201,
  shows: Launch,
  run: ({ services, params, body, who }) => services.launches.create(params.workspace, body, who.actor),
});

const readLaunch = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/launches/{id}",
  access: "viewer",
  summary: "One launch with its criteria as they stand now",
  shows: Launch,
  run: ({ services, params }) => services.launches.get(params.workspace, params.id),
});

const patchLaunch = defineRoute({
  method: "patch",
  path: "/api/v1/workspaces/{workspace}/launches/{id}",
  access: "admin",
  summary: "Move a launch to another phase or window",
  body: LaunchPatch,
  shows: Launch,
  run: ({ services, params, body, who }) => services.launches.patch(params.workspace, params.id, body, who.actor),
});

export const launchRoutes: Route[] = [listLaunches, createLaunch, readLaunch, patchLaunch];
