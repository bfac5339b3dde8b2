// The API's resources as the console names them, from the generated types.
import type { components, paths } from "../../generated/api.d.ts";

type Schemas = components["schemas"];
/** The client reads tuples as plain lists; what pages take must match what it gives. */
type Shown<T> = T extends readonly (infer Each)[]
  ? Shown<Each>[]
  : T extends object
    ? { [Key in keyof T]: Shown<T[Key]> }
    : T;
type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? NonNullable<Query>
  : never;

export type Action = NonNullable<Schemas["Action"]>;
export type CallDetail = Shown<Schemas["CallDetail"]>;
export type CallRecord = Shown<Schemas["CallRecord"]>;
export type CriterionState = Schemas["CriterionState"];
export type Feedback = Schemas["Feedback"];
export type Finding = Schemas["Finding"];
export type Issue = Schemas["Issue"];
export type IssueDetail = Schemas["IssueDetail"];
export type IssueEvent = Schemas["IssueEvent"];
export type IssuePatch = Schemas["IssuePatch"];
export type IssueStatus = Schemas["IssueStatus"];
export type Launch = NonNullable<Schemas["Launch"]>;
export type LaunchInput = Schemas["LaunchInput"];
export type LaunchPatch = Schemas["LaunchPatch"];
export type LaunchPhase = Schemas["LaunchPhase"];
export type LinkedCall = Schemas["LinkedCall"];
export type LiveEvent = Schemas["LiveEvent"];
export type LiveTopic = LiveEvent["topic"];
export type Me = Schemas["Me"];
export type Overview = Schemas["Overview"];
export type Person = Schemas["Person"];
export type PersonInput = Schemas["PersonInput"];
export type Promotion = NonNullable<Schemas["Promotion"]>;
export type PromotionInput = Schemas["PromotionInput"];
export type PromotionDeed = PromotionInput["do"];
export type ProblemDocument = Omit<Schemas["Problem"], "code"> & { code: string };
export type FieldProblem = NonNullable<ProblemDocument["errors"]>[number];
export type Role = Schemas["Role"];
export type Caller = Schemas["Caller"];
export type RouteView = Schemas["RouteView"];
export type SetupInput = Schemas["SetupInput"];
export type ShadowSummary = Shown<Schemas["ShadowSummary"]>;
export type ShiftInput = Schemas["ShiftInput"];
export type SignInInput = Schemas["SignInInput"];
export type SettingsView = Schemas["SettingsView"];
export type SwitchInput = Schemas["SwitchInput"];
export type Subject = Schemas["Subject"];
export type Upstream = Schemas["Upstream"];
export type UpstreamState = Schemas["UpstreamState"];
export type Tide = Shown<Schemas["Tide"]>;
export type Weights = Schemas["Weights"];
export type ApiToken = Schemas["ApiToken"];
export type ApiTokenInput = Schemas["ApiTokenInput"];
export type AuditEntry = Schemas["AuditEntry"];
export type FeedbackByHand = Schemas["FeedbackByHandInput"];
export type FeedbackIssue = Schemas["FeedbackIssueInput"];
export type IssueInput = Schemas["IssueInput"];

export type TideSearch = QueryOf<"/api/v1/workspaces/{workspace}/tide">;
export type CallSearch = QueryOf<"/api/v1/workspaces/{workspace}/calls">;
export type FeedbackSearch = QueryOf<"/api/v1/workspaces/{workspace}/feedback">;
export type IssueSearch = QueryOf<"/api/v1/workspaces/{workspace}/issues">;
