// Everything the console can do to the world, one function for each, in the API's own words.
import { answer, client } from "./client.ts";
import type {
  ApiTokenInput,
  FeedbackByHand,
  FeedbackIssue,
  IssueInput,
  IssuePatch,
  LaunchInput,
  LaunchPatch,
  PersonInput,
  PromotionInput,
  Role,
  SetupInput,
  ShiftInput,
  SignInInput,
  SwitchInput,
} from "./types.ts";

const inWorkspace = (workspace: string) => ({ params: { path: { workspace } } });
const one = (workspace: string, id: string) => ({ params: { path: { workspace, id } } });

export const setUp = (body: SetupInput) => answer(client.POST("/api/v1/setup", { body }));
export const signIn = (body: SignInInput) => answer(client.POST("/api/v1/session", { body }));
export const signOut = () => answer(client.DELETE("/api/v1/session"));
export const setPassword = (body: { token: string; password: string }) =>
  answer(client.POST("/api/v1/password", { body }));

export const addFeedback = (workspace: string, body: FeedbackByHand) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/feedback", { ...inWorkspace(workspace), body }));
/** Makes a new issue from a report, or joins it to `issue_id`. */
export const makeIssue = (workspace: string, feedback_id: string, body: FeedbackIssue) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/feedback/{id}/issue", { ...one(workspace, feedback_id), body }));

export const createIssue = (workspace: string, body: IssueInput) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/issues", { ...inWorkspace(workspace), body }));
export const patchIssue = (workspace: string, id: string, body: IssuePatch) =>
  answer(client.PATCH("/api/v1/workspaces/{workspace}/issues/{id}", { ...one(workspace, id), body }));
export const noteIssue = (workspace: string, id: string, text: string) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/issues/{id}/notes", { ...one(workspace, id), body: { text } }));

export const shiftTraffic = (workspace: string, subject: string, body: ShiftInput) =>
  answer(
    client.POST("/api/v1/workspaces/{workspace}/subjects/{subject}/shift", {
      params: { path: { workspace, subject } },
      body,
    }),
  );
export const switchSubject = (workspace: string, subject: string, body: SwitchInput) =>
  answer(
    client.POST("/api/v1/workspaces/{workspace}/subjects/{subject}/switch", {
      params: { path: { workspace, subject } },
      body,
    }),
  );
export const commandPromotion = (workspace: string, subject: string, body: PromotionInput) =>
  answer(
    client.POST("/api/v1/workspaces/{workspace}/subjects/{subject}/promotion", {
      params: { path: { workspace, subject } },
      body,
    }),
  );
export const undoAction = (workspace: string, id: string) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/actions/{id}/undo", one(workspace, id)));

export const createLaunch = (workspace: string, body: LaunchInput) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/launches", { ...inWorkspace(workspace), body }));
export const patchLaunch = (workspace: string, id: string, body: LaunchPatch) =>
  answer(client.PATCH("/api/v1/workspaces/{workspace}/launches/{id}", { ...one(workspace, id), body }));

export const checkSettings = (workspace: string, text: string) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/settings/check", { ...inWorkspace(workspace), body: { text } }));
export const applySettings = (workspace: string, text: string) =>
  answer(client.PUT("/api/v1/workspaces/{workspace}/settings", { ...inWorkspace(workspace), body: { text } }));

export const addPerson = (workspace: string, body: PersonInput) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/people", { ...inWorkspace(workspace), body }));
export const patchPerson = (workspace: string, id: string, role: Role) =>
  answer(client.PATCH("/api/v1/workspaces/{workspace}/people/{id}", { ...one(workspace, id), body: { role } }));
export const removePerson = (workspace: string, id: string) =>
  answer(client.DELETE("/api/v1/workspaces/{workspace}/people/{id}", one(workspace, id)));

export const issueToken = (workspace: string, body: ApiTokenInput) =>
  answer(client.POST("/api/v1/workspaces/{workspace}/tokens", { ...inWorkspace(workspace), body }));
export const revokeToken = (workspace: string, id: string) =>
  answer(client.DELETE("/api/v1/workspaces/{workspace}/tokens/{id}", one(workspace, id)));
