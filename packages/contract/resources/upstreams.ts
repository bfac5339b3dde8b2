// Upstreams as gateways see them: what one worker knows of one, and what the API shows of all workers together.
import { z } from "zod";

/** What one gateway worker knows of one upstream of a release. Null: it is not watched. Counts are since the worker began. */
export type UpstreamReport = {
  workspace: string;
  service: string;
  release: string;
  url: string;
  state: UpstreamState;
  /** When the state changed last. */
  since: number | null;
  last_error: string | null;
  open_connections: number;
  /** Calls under way. */
  running: number | null;
  calls: number | null;
  failures: number | null;
};

export const UPSTREAM_STATES = ["up", "warming", "half-open", "open", "ejected", "down", "unwatched"] as const;

export const UpstreamState = z
  .enum(UPSTREAM_STATES)
  .describe(
    "up: takes calls. warming: takes a growing share. half-open: its breaker tries a few calls. open: its breaker lets nothing through. ejected: failed too many calls in a row. down: its checks fail. unwatched: its service says nothing about it",
  );

export const Upstream = z.object({
  service: z.string(),
  release: z.string(),
  url: z.string(),
  state: UpstreamState.describe("The worst that any gateway worker sees"),
  workers: z
    .array(z.object({ state: UpstreamState, count: z.int() }))
    .describe("How many gateway workers see it in which state, the worst first"),
  since: z
    .int()
    .nullable()
    .describe("When the state changed last, milliseconds since the epoch; null when it is not watched"),
  last_error: z.string().nullable().describe("What went wrong last, a failed check included; it may be long over"),
  open_connections: z.int(),
  running: z.int().nullable().describe("Calls under way"),
  calls: z.int().nullable().describe("Calls since the gateway workers began"),
  failures: z
    .int()
    .nullable()
    .describe("Those of `calls` that failed: no connection, no answer, a cut answer, or a status from 500"),
});

export type UpstreamState = z.infer<typeof UpstreamState>;
export type Upstream = z.infer<typeof Upstream>;
