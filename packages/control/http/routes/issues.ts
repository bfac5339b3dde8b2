// The things to fix.
import {
  Issue,
  IssueDetail,
  IssueInput,
  IssuePatch,
  IssueQuery,
  NoteInput,
  PageQuery,
  pageOf,
} from "@holdfast/contract";
import { changeIssue } from "../../commands/issues.ts";
import { viewIssue } from "../../views/issue.ts";
import { defineRoute, type Route } from "../route.ts";

const listIssues = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/issues",
  access: "viewer",
  summary: "Issues, newest first; `owner=me` for one's own",
  query: IssueQuery.extend(PageQuery.shape),
  shows: pageOf(Issue),
  run: ({ services, params, query, who }) => {
    const owner = query.owner === "me" && who.id ? who.id : query.owner;
    return services.issues.list(params.workspace, { ...query, owner }, query);
  },
});

const createIssue = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/issues",
  access: "operator",
  summary: "Open an issue",
  body: IssueInput,
  status: 201,
  shows: Issue,
  run: ({ services, params, body, who }) => services.issues.create(params.workspace, body, who.actor),
});

const readIssue = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/issues/{id}",
  access: "viewer",
  summary: "One issue with its timeline, voices, findings and actions",
  shows: IssueDetail,
  run: ({ services, params }) => viewIssue(services, params.workspace, params.id),
});

const patchIssue = defineRoute({
  method: "patch",
  path: "/api/v1/workspaces/{workspace}/issues/{id}",
  access: "operator",
  summary: "Change status, severity, owner or title; a change of status tells the reporters",
  body: IssuePatch,
  shows: Issue,
  run: ({ services, params, body, who }) => changeIssue(services, params.workspace, params.id, body, who.actor),
});

const addNote = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/issues/{id}/notes",
  access: "operator",
  summary: "Note something on an issue for the team",
  body: NoteInput,
  run: async ({ services, params, body, who }) => {
    await services.issues.note(params.workspace, params.id, body.text, who.actor);
  },
});

export const issueRoutes: Route[] = [listIssues, createIssue, readIssue, patchIssue, addNote];
