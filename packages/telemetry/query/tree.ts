// Questions about calls as values: small, typed, and the same for every store. A renderer turns them into a store's language.
// The workspace is not a condition among others but a part of every question: it cannot be left out or widened.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";

/** All conditions of a question hold together. */
export type Condition =
  | { kind: "equals"; field: "subject" | "release" | "consumer"; value: string }
  | { kind: "equals"; field: "status"; value: number }
  | { kind: "present"; field: "subject" }
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
export type Measure = (typeof MEASURES)[number];

/** `step` cuts time into pieces of `step_ms` that begin at multiples of it. A missing release is the empty name. */
export type Dimension = { kind: "subject" } | { kind: "release" } | { kind: "step"; step_ms: number };

/** One row for each combination that has calls, in the order of the dimensions. */
export type MeasureQuery = {
  workspace: WorkspaceName;
  where: Condition[];
  select: readonly Measure[];
  by: Dimension[];
};

/** A measured row: dimensions by their kind (`step` is its beginning), measures by their name. */
export type MeasuredRow = Partial<Record<Dimension["kind"] | Measure, string | number | null>>;
