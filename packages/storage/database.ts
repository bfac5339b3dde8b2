// The tables as types: what Kysely knows of the schema that `migrations/` makes. Times are milliseconds, JSON is text on both
// databases. The tables of sign-in (people, sessions, credentials, verifications) have the shape that better-auth expects.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type {
  Action,
  ApiToken,
  AuditEntry,
  Finding,
  Issue,
  IssueEvent,
  JobKind,
  PlanNote,
  Promotion,
  ReportStatus,
  Role,
  SettingsVersion,
  Workspace,
} from "@holdfast/contract";
import type { FeedbackRow } from "@holdfast/feedback";
import type { LinkPurpose } from "@holdfast/identity";
import type { LaunchRow } from "@holdfast/launches";
import type { Kysely } from "kysely";

/** A JSON document as text; repositories parse and write it, whichever database holds it. */
type JsonText = string;

/** True or false as 1 or 0. */
type Flag = number;

/** A point in time of a sign-in table: ISO 8601 text in SQLite, timestamptz in PostgreSQL. */
export type Moment = string | Date;

export type DatabaseType = "sqlite" | "postgres";

/** A stored value whose members of these names are kept as JSON. */
type Stored<Value, AsJson extends keyof Value = never> = Omit<Value, AsJson> & { [Name in AsJson]: JsonText };

type InWorkspace = { workspace: WorkspaceName };

type SignInTimes = { created_at: Moment; updated_at: Moment };

export type Database = {
  workspaces: Workspace;
  people: SignInTimes & {
    id: Id;
    name: string;
    email: string;
    email_verified: boolean | number;
    image: string | null;
  };
  sessions: SignInTimes & { id: Id; person_id: Id; token: string; expires_at: Moment };
  credentials: SignInTimes & {
    id: Id;
    person_id: Id;
    account_id: string;
    provider_id: string;
    password: string | null;
  };
  links: { token_hash: string; purpose: LinkPurpose; person_id: Id | null; expires_at: Instant };
  members: InWorkspace & { person_id: Id; role: Role; added_at: Instant };
  api_tokens: InWorkspace & ApiToken & { secret_hash: string };
  audit: InWorkspace & Stored<AuditEntry, "actor" | "detail">;
  feedback: InWorkspace & Stored<FeedbackRow, "calls">;
  feedback_history: InWorkspace & {
    feedback_id: Id;
    position: number;
    status: ReportStatus;
    at: Instant;
    note: string | null;
  };
  issues: InWorkspace &
    Omit<Issue, "owner" | "voices" | "findings"> & { owner_id: Id | null; owner_name: string | null };
  issue_events: InWorkspace & Stored<IssueEvent, "actor"> & { issue_id: Id };
  findings: InWorkspace & Finding;
  actions: InWorkspace &
    Omit<Stored<Action, "before" | "after" | "closed_before" | "closed" | "actor">, "enabled_before" | "enabled"> & {
      enabled_before: Flag | null;
      enabled: Flag | null;
    };
  overrides: InWorkspace & { subject: string; weights: JsonText; closed: JsonText; action_id: Id };
  switches: InWorkspace & { subject: string; enabled: Flag; action_id: Id };
  promotions: InWorkspace & Stored<Promotion, "before" | "steps" | "by">;
  launches: InWorkspace &
    Omit<Stored<LaunchRow, "scope" | "exit">, "from" | "until"> & { starts_at: Instant; ends_at: Instant };
  settings_versions: InWorkspace & Stored<SettingsVersion, "by">;
  plans: PlanNote;
  /** Numbers that count up: of issues in their workspace. */
  counters: InWorkspace & { name: string; value: number };
  /** Numbers that count up over the whole installation: of plans. */
  installation_counters: { name: string; value: number };
  jobs: InWorkspace & {
    id: Id;
    kind: JobKind;
    payload: JsonText;
    dedupe: string | null;
    state: "waiting" | "done" | "given_up";
    run_at: Instant;
    attempts: number;
    error: string | null;
    created_at: Instant;
    done_at: Instant | null;
  };
};

/** What a repository works with: one transaction, bound to one workspace. Every query names the workspace. */
export type Scope = { db: Kysely<Database>; type: DatabaseType; workspace: WorkspaceName };
