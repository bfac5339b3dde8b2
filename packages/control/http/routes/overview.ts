// What the first page answers, and the tide: calls, voices and changes on one axis.
import { Overview, Tide, TideQuery } from "@holdfast/contract";
import { viewOverview } from "../../views/overview.ts";
import { viewTide } from "../../views/tide.ts";
import { defineRoute, type Route } from "../route.ts";

const readOverview = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/overview",
  access: "viewer",
  summary: "Is anything wrong, what needs a person, how far is the launch. Times in sentences are `{time:<ms>}`",
  shows: Overview,
  run: ({ services, params }) => viewOverview(services, params.workspace),
});

const readTide = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/tide",
  access: "viewer",
  summary: "Calls by release, voices and changes on one time axis; at most 180 steps",
  query: TideQuery,
  shows: Tide,
  run: ({ services, params, query }) => viewTide(services, params.workspace, query),
});

export const overviewRoutes: Route[] = [readOverview, readTide];
