// The trail of who changed what.
import { AuditEntry, PageQuery, pageOf } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

const listAudit = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/audit",
  access: "admin",
  summary: "The audit trail, newest first",
  query: PageQuery,
  shows: pageOf(AuditEntry),
  run: ({ services, params, query }) => services.identity.audit(params.workspace, query),
});

export const auditRoutes: Route[] = [listAudit];
