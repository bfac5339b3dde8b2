// Ports that belong to no single domain: jobs, audit, live events, and the store of calls.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type { CallRecord } from "./call-record.ts";
import type { Caller } from "./resources/callers.ts";
import type { Page, PageQuery } from "./resources/common.ts";
import type { ShadowExample, ShadowPair } from "./resources/operations.ts";
import type { LiveTopic } from "./resources/overview.ts";
import type { AuditEntry } from "./resources/people.ts";

/** Work that must happen after the transaction that asked for it, at least once. Kinds and payloads, one line each. */
export type JobPayloads = {
  /** Find the calls of a feedback in the store of calls, then decide which issue it belongs to. */
  "feedback.link": { feedback_id: Id };
  /** Tell one reporter that their report got this status; its words are in the report's history. */
  "report.tell": { feedback_id: Id; status: string };
  /** Send one e-mail. `dedupe` of the job makes it at most one per subject of the message. */
  "mail.send": { to: string; subject: string; text: string; reply_to: string | null };
};
export type JobKind = keyof JobPayloads;
export type NewJob = {
  [Kind in JobKind]: { kind: Kind; payload: JobPayloads[Kind]; run_at?: Instant; dedupe?: string };
}[JobKind];
export type Job = { id: Id; workspace: WorkspaceName; attempts: number; created_at: Instant } & {
  [Kind in JobKind]: { kind: Kind; payload: JobPayloads[Kind] };
}[JobKind];

/** Writes jobs in the caller's transaction. A second job with the same `dedupe` is silently the first. */
export type Outbox = { add(job: NewJob): Promise<void> };

/** Takes jobs that are due, over all workspaces. A job not settled within its lease is taken again. */
export type JobQueue = {
  take(now: Instant, lease_ms: number, most: number): Promise<Job[]>;
  done(id: Id): Promise<void>;
  /** `run_at` undefined: given up; it stays for LIMITS.job_memory_ms, with its error, for a person to see. */
  failed(id: Id, error: string, run_at: Instant | undefined): Promise<void>;
  /** Over all workspaces: for `/metrics`. */
  counts(): Promise<{ waiting: number; given_up: number }>;
};

/** Appends to the audit trail of the transaction's workspace. */
export type AuditLog = {
  add(entry: AuditEntry): Promise<void>;
  list(page: PageQuery): Promise<Page<AuditEntry>>;
};

export type AuditPorts = { audit: AuditLog };
export type OutboxPorts = { outbox: Outbox };

/** Tells open consoles what to read again. Best effort: a missed event is mended by the next one. */
export type Live = { changed(workspace: WorkspaceName, topic: LiveTopic, id?: Id): void };

export type CallFilter = {
  subject?: string;
  release?: string;
  consumer?: string;
  failed?: boolean;
  /** Copies for a shadow in place of calls of clients. */
  mirrored?: boolean;
  status?: number;
  from?: Instant;
  until?: Instant;
};

/**
 * One step of a series; times are multiples of the step. Percentiles are approximate. `release` is empty for calls that ended
 * before one was chosen: refused at the door, or limited.
 */
export type MeasureRow = {
  subject: string;
  release: string;
  at: Instant;
  calls: number;
  errors: number;
  p50_us: number | null;
  p95_us: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_nano_usd: number;
};

/**
 * Calls that an error ratio is taken over. What was refused before a release was chosen (a wrong key, a spent limit) says
 * nothing about a release, and whoever knocks a thousand times a second must not dilute the failures of others.
 */
export function countedCalls(row: Pick<MeasureRow, "release" | "calls" | "errors">): number {
  return row.release === "" ? row.errors : row.calls;
}

/** Copies for a shadow beside what clients got. `examples`: the newest that differ. */
export type ShadowAnswers = { pairs: ShadowPair[]; examples: ShadowExample[] };

export type CallersWindow = { subject: string; from: Instant; until: Instant; most: number };
/** `more`: there are others, with fewer calls each. */
export type Callers = { callers: Caller[]; more: boolean };

/** Reading side of the store of calls. Every question names its workspace. Rejects with Problem("telemetry_unavailable"). */
export type CallStore = {
  call(workspace: WorkspaceName, id: Id): Promise<CallRecord | undefined>;
  /** Newest first; without captures. Without copies for a shadow, unless they are asked for. */
  calls(workspace: WorkspaceName, filter: CallFilter, page: PageQuery): Promise<Page<CallRecord>>;
  /** Of calls of clients alone: grouped by subject, release and step; `step_ms` undefined gives one row for the whole window. Steps without calls are absent. */
  measures(
    workspace: WorkspaceName,
    window: { from: Instant; until: Instant; step_ms?: number; subject?: string },
  ): Promise<MeasureRow[]>;
  /** Of one subject, those with the most calls first. */
  callers(workspace: WorkspaceName, window: CallersWindow): Promise<Callers>;
  shadows(workspace: WorkspaceName, window: { from: Instant; until: Instant; subject: string }): Promise<ShadowAnswers>;
};
