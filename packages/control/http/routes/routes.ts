// Routes of the gateway: which there are, whether they are served, and who calls them.
import { CallersQuery, pageOf, RouteCallers, RouteView } from "@holdfast/contract";
import { viewCallers, viewRoutes } from "../../views/routes.ts";
import { defineRoute, type Route } from "../route.ts";

const listRoutes = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/routes",
  access: "viewer",
  summary: "Routes of the plan, drafts included: where they are, what they answer, whether they are served",
  shows: pageOf(RouteView),
  run: async ({ services, params }) => ({ items: await viewRoutes(services, params.workspace), next: null }),
});

const readCallers = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/routes/{name}/callers",
  access: "viewer",
  summary: "Who calls a route: consumers, and networks of those who are not known; with the newest call of each",
  query: CallersQuery,
  shows: RouteCallers,
  run: ({ services, params, query }) => viewCallers(services, params.workspace, params.name, query),
});

export const gatewayRoutes: Route[] = [listRoutes, readCallers];
