// Routes of the gateway: which there are, and whether they are served.
import { pageOf, RouteView } from "@holdfast/contract";
import { viewRoutes } from "../../views/routes.ts";
import { defineRoute, type Route } from "../route.ts";

const listRoutes = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/routes",
  access: "viewer",
  summary: "Routes of the plan, drafts included: where they are, what they answer, whether they are served",
  shows: pageOf(RouteView),
  run: async ({ services, params }) => ({ items: await viewRoutes(services, params.workspace), next: null }),
});

export const gatewayRoutes: Route[] = [listRoutes];
