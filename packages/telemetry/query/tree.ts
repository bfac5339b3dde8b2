// Questions about calls as values: small, typed, and the same for every store. A renderer turns them into a store's language.
// The workspace is not a condition among others but a part of every question: it cannot be left out or widened.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";

/** All conditions of a question hold together. */
export type Condition =
  | { kind: "equals"; field: "subject" | "release" | "consumer"; value: string }
  | { kind: "equals"; field: "status"; value: number }
  | { kind: "present"; field: "subject" }
  /** Copies for a shadow, whose answers reached nobody; false: calls of clients. */
  | { kind: "mirrored"; value: boolean }
  /** Copies whose answer differs from the client's. */
  | { kind: "differs" }
  /** Failed as operators count it: the gateway or the upstream is to blame. */
  | { kind: "failed"; value: boolean }
  /** From `at` on, `at` included. */
  | { kind: "from"; at: Instant }
  /** Before `at`, `at` excluded. */
  | { kind: "until"; at: Instant };

/** A place in the order of calls, newest first. */
export type Place = { at: Instant; id: Id };

/** Records without captures, newest first, those after the place only. */
export type RecordQuery = { workspace: WorkspaceName; where: Condition[]; after: Place | undefined; most: number };

/** Percentiles are of the duration in microseconds and approximate (t-digest): their memory is bounded over any window. */
export const MEASURES = [
  "calls",
  "errors",
  "p50_us",
  "p95_us",
  "input_tokens",
  "output_tokens",
  "cost_nano_usd",
] as const;
/** Of copies for a shadow. `client_…` is the call that was copied. */
export const SHADOW_MEASURES = [
  "calls",
  "dropped",
  "failed_sent",
  "same",
  "differs_status",
  "differs_content_type",
  "differs_body",
  "client_p50_us",
  "client_p95_us",
  "sent_p50_us",
  "sent_p95_us",
] as const;
/** Of callers. `refused`: a policy turned them away. `last_at`: the newest call. */
export const CALLER_MEASURES = ["calls", "errors", "refused", "last_at"] as const;
export type Measure = (typeof MEASURES)[number] | (typeof SHADOW_MEASURES)[number] | (typeof CALLER_MEASURES)[number];

/**
 * `step` cuts time into pieces of `step_ms` that begin at multiples of it. A missing release is the empty name. `client_release`:
 * the one that answered the client, of copies for a shadow. `network`: where a call without consumer came from, else empty, as a
 * consumer that nobody found out is.
 */
export type Dimension =
  | { kind: "subject" }
  | { kind: "release" }
  | { kind: "client_release" }
  | { kind: "consumer" }
  | { kind: "network" }
  | { kind: "step"; step_ms: number };

/** One row for each combination that has calls, in the order of the dimensions. */
export type MeasureQuery = {
  workspace: WorkspaceName;
  where: Condition[];
  select: readonly Measure[];
  by: Dimension[];
  /** Only the rows where this measure is highest, highest first. */
  top?: { measure: Measure; most: number };
};

/** A measured row: dimensions by their kind (`step` is its beginning), measures by their name. */
export type MeasuredRow = Partial<Record<Dimension["kind"] | Measure, string | number | null>>;
