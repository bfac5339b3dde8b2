// Tenants: which ones I belong to, and a new one.
import { pageOf, Workspace, WorkspaceInput } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

const listWorkspaces = defineRoute({
  method: "get",
  path: "/api/v1/workspaces",
  access: "signed-in",
  summary: "Workspaces that I belong to",
  shows: pageOf(Workspace),
  run: async ({ services, who }) => ({ items: await services.identity.workspaces.list(who), next: null }),
});

const createWorkspace = defineRoute({
  method: "post",
  path: "/api/v1/workspaces",
  access: "signed-in",
  summary: "Make a workspace; whoever makes it is its first admin",
  body: WorkspaceInput,
  status: 201,
  shows: Workspace,
  run: ({ services, who, body }) => services.identity.workspaces.create(who, body.name),
});

export const workspaceRoutes: Route[] = [listWorkspaces, createWorkspace];
