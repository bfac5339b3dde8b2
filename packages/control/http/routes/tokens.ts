// API tokens for automation.
import { ApiToken, ApiTokenInput, ApiTokenIssued, pageOf } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

const listTokens = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/tokens",
  access: "admin",
  summary: "Tokens of the workspace, without their secrets",
  shows: pageOf(ApiToken),
  run: async ({ services, params }) => ({ items: await services.identity.tokens.list(params.workspace), next: null }),
});

const issueToken = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/tokens",
  access: "admin",
  summary: "Issue a token; its secret is shown once",
  body: ApiTokenInput,
  status: 201,
  shows: ApiTokenIssued,
  run: ({ services, params, body, who }) => services.identity.tokens.issue(params.workspace, body, who.actor),
});

const revokeToken = defineRoute({
  method: "delete",
  path: "/api/v1/workspaces/{workspace}/tokens/{id}",
  access: "admin",
  summary: "Revoke a token; it stops working at once",
  run: ({ services, params, who }) => services.identity.tokens.revoke(params.workspace, params.id, who.actor),
});

export const tokenRoutes: Route[] = [listTokens, issueToken, revokeToken];
