// The door to storage: opens SQLite or PostgreSQL by URL, brings the schema up to date, and hands out ports.
import type { Clock, IdSource, Transact } from "@holdfast/base";
import type { CommsPorts } from "@holdfast/comms";
import type { JobQueue, SettingsPorts } from "@holdfast/contract";
import type { FeedbackPorts } from "@holdfast/feedback";
import type { AuthDatabase, DirectoryPorts, IdentityPorts } from "@holdfast/identity";
import type { IncidentPorts } from "@holdfast/incidents";
import type { LaunchPorts } from "@holdfast/launches";
import { type Kysely, sql } from "kysely";
import type { Database, DatabaseType, Scope } from "./database.ts";
import { migrate } from "./migrations/migrate.ts";
import { openPostgres } from "./postgres/open.ts";
import { prepareTenancy } from "./postgres/tenancy.ts";
import { actionRepository } from "./repositories/actions.ts";
import { auditLog } from "./repositories/audit.ts";
import { directoryPorts } from "./repositories/directory.ts";
import { feedbackRepository } from "./repositories/feedback.ts";
import { findingRepository } from "./repositories/findings.ts";
import { issueRepository } from "./repositories/issues.ts";
import { jobQueue, outbox } from "./repositories/jobs.ts";
import { launchRepository } from "./repositories/launches.ts";
import { memberRepository, tokenRepository } from "./repositories/members.ts";
import { promotionRepository } from "./repositories/promotions.ts";
import { planRepository, settingsRepository } from "./repositories/settings.ts";
import { openSqlite } from "./sqlite/open.ts";
import { transactionsOf } from "./transactions.ts";

/** Everything that a workspace's transaction may read and write. */
export type StorePorts = FeedbackPorts & IncidentPorts & LaunchPorts & CommsPorts & IdentityPorts & SettingsPorts;

export type Store = {
  transact: Transact<StorePorts>;
  /** One transaction over all workspaces, for identity alone. */
  directory<T>(work: (ports: DirectoryPorts) => Promise<T>): Promise<T>;
  jobs: JobQueue;
  /** Where sign-in keeps its sessions. Not to be used inside a transaction. */
  auth: AuthDatabase;
  /** Whether the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

type StoreOptions = { url: string; clock: Clock; ids: IdSource };

/**
 * `url`: `sqlite:<folder>`, `sqlite:<file>.sqlite`, `sqlite::memory:`, or `postgres://…`. Rejects with an error for the
 * operator when the folder is in use, the server does not answer, or the schema cannot be brought to this version.
 */
export async function openStore({ url, clock, ids }: StoreOptions): Promise<Store> {
  const { type, db, close } = open(url);
  try {
    await mustAnswer(db);
    await migrate(db, type);
    const tenancy = type === "postgres" ? await prepareTenancy(db) : undefined;
    const transactions = transactionsOf(db, clock, tenancy);
    return {
      transact: (workspace, work) =>
        transactions.in(workspace, (inside) => work(storePorts({ db: inside, type, workspace }, clock, ids))),
      directory: (work) => transactions.overAll((inside) => work(directoryPorts(inside, type, ids))),
      jobs: jobQueue(transactions.overAll, type, clock),
      auth: { db: db as unknown as Kysely<unknown>, type },
      ping: async () => void (await db.selectFrom("workspaces").select("name").limit(1).execute()),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function open(url: string): { type: DatabaseType; db: Kysely<Database>; close(): Promise<void> } {
  if (/^postgres(ql)?:\/\//.test(url)) return { type: "postgres", ...openPostgres(url) };
  if (url.startsWith("sqlite:") && url.length > "sqlite:".length)
    return { type: "sqlite", ...openSqlite(url.slice("sqlite:".length)) };
  throw new Error("the database URL must begin with sqlite: and name a folder or file, or begin with postgres://");
}

/** Apart from the migrations, so that the operator reads what is the matter. */
async function mustAnswer(db: Kysely<Database>): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the database does not answer: ${reason}`, { cause: error });
  }
}

function storePorts(scope: Scope, clock: Clock, ids: IdSource): StorePorts {
  return {
    feedback: feedbackRepository(scope),
    issues: issueRepository(scope),
    findings: findingRepository(scope),
    actions: actionRepository(scope),
    promotions: promotionRepository(scope),
    launches: launchRepository(scope),
    members: memberRepository(scope),
    tokens: tokenRepository(scope),
    settings: settingsRepository(scope),
    plans: planRepository(scope),
    audit: auditLog(scope),
    outbox: outbox(scope, clock, ids),
  };
}
