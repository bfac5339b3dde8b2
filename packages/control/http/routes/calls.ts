// The call records: a list, and one call with what was said about it.
import { CallDetail, type CallFilter, CallRecord, CallsQuery, PageQuery, pageOf } from "@holdfast/contract";
import type { z } from "zod";
import { viewCall } from "../../views/call.ts";
import { defineRoute, type Route } from "../route.ts";

const ListQuery = CallsQuery.extend(PageQuery.shape);

const listCalls = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/calls",
  access: "viewer",
  summary: "Calls, newest first, without captured headers and payloads",
  query: ListQuery,
  shows: pageOf(CallRecord),
  run: ({ services, params, query }) => services.calls.calls(params.workspace, filterOf(query), query),
});

const readCall = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/calls/{id}",
  access: "viewer",
  summary: "One call with its phases, captures and what people said about it",
  shows: CallDetail,
  run: ({ services, params }) => viewCall(services, params.workspace, params.id),
});

function filterOf({ outcome, cursor: _cursor, limit: _limit, ...named }: z.output<typeof ListQuery>): CallFilter {
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return outcome === "all" ? given : { ...given, failed: outcome === "failed" };
}

export const callRoutes: Route[] = [listCalls, readCall];
