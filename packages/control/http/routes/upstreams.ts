// Upstreams: the addresses behind the releases, and what the gateway workers know of each.
import { pageOf, Upstream } from "@holdfast/contract";
import { viewUpstreams } from "../../views/upstreams.ts";
import { defineRoute, type Route } from "../route.ts";

const listUpstreams = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/upstreams",
  access: "viewer",
  summary: "Upstreams of every release with their health, breaker and load, as the gateway workers see them now",
  shows: pageOf(Upstream),
  run: async ({ services, params }) => ({ items: await viewUpstreams(services, params.workspace), next: null }),
});

export const upstreamRoutes: Route[] = [listUpstreams];
