// Who still calls what the gateway serves, one list for routes and one for models.
import { CallersQuery, ModelCallers, RouteCallers } from "@holdfast/contract";
import { viewCallers } from "../../views/callers.ts";
import { defineRoute, type Route } from "../route.ts";

const readRouteCallers = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/routes/{name}/callers",
  access: "viewer",
  summary: "Who calls a route: consumers, and networks of those who are not known; with the newest call of each",
  query: CallersQuery,
  shows: RouteCallers,
  run: async ({ services, params: { workspace, name }, query }) => ({
    route: name,
    ...(await viewCallers(services, workspace, { kind: "route", name, ...query })),
  }),
});

const readModelCallers = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/models/{name}/callers",
  access: "viewer",
  summary: "Who calls a model: consumers, and networks of those who are not known; with the newest call of each",
  query: CallersQuery,
  shows: ModelCallers,
  run: async ({ services, params: { workspace, name }, query }) => ({
    model: name,
    ...(await viewCallers(services, workspace, { kind: "model", name, ...query })),
  }),
});

export const callerRoutes: Route[] = [readRouteCallers, readModelCallers];
