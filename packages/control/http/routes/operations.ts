// What detectors saw, what it was seen in, and what was done about it.
import { Action, Finding, PageQuery, pageOf, ShiftInput, Subject, SwitchInput } from "@holdfast/contract";
import { viewSubjects } from "../../views/subjects.ts";
import { defineRoute, type Route } from "../route.ts";

const listFindings = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/findings",
  access: "viewer",
  summary: "What detectors saw, newest first",
  query: PageQuery,
  shows: pageOf(Finding),
  run: ({ services, params, query }) => services.incidents.findings(params.workspace, query),
});

const listSubjects = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/subjects",
  access: "viewer",
  summary: "Routes and models with their releases: shares of traffic now, and figures of the last hour",
  shows: pageOf(Subject),
  run: async ({ services, params }) => ({ items: await viewSubjects(services, params.workspace), next: null }),
});

const shiftTraffic = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/subjects/{subject}/shift",
  access: "operator",
  summary: "Give a subject's releases other shares of traffic, or roll back to one of them",
  body: ShiftInput,
  shows: Action,
  run: ({ services, params, body, who }) => services.incidents.shift(params.workspace, params.subject, body, who.actor),
});

const switchSubject = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/subjects/{subject}/switch",
  access: "operator",
  summary: "Switch a route or model off, or on again, at once and whatever its settings say",
  body: SwitchInput,
  shows: Action,
  run: ({ services, params, body, who }) =>
    services.incidents.switch(params.workspace, params.subject, body, who.actor),
});

const listActions = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/actions",
  access: "viewer",
  summary: "What was done, by whom or by what, and why; newest first",
  query: PageQuery,
  shows: pageOf(Action),
  run: ({ services, params, query }) => services.incidents.actions(params.workspace, query),
});

const undoAction = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/actions/{id}/undo",
  access: "operator",
  summary: "Undo an action: traffic, or the switch, goes back to where it was before",
  shows: Action,
  run: ({ services, params, who }) => services.incidents.undo(params.workspace, params.id, who.actor),
});

export const operationRoutes: Route[] = [
  listFindings,
  listSubjects,
  shiftTraffic,
  switchSubject,
  listActions,
  undoAction,
];
