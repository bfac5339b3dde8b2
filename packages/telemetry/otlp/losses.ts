// Counts spans that will never reach the collector, by reason, and says so once for each episode: an episode of one reason is over
// when there was none for a minute.
import type { Clock, Instant, Log } from "@holdfast/base";

export type LossReason = "too_old" | "queue_full" | "refused" | "rejected";

export type Losses = {
  add(reason: LossReason, spans: number, detail?: string): void;
  counts(): Record<LossReason, number>;
};

const QUIET_MS = 60_000;

const WORDS: Record<LossReason, string> = {
  too_old: "calls are too old to be exported as spans: the store of calls is being built again, or was away",
  queue_full: "the collector takes spans too slowly: new ones are dropped",
  refused: "the collector refused spans: they are dropped",
  rejected: "the collector left spans out",
};

export function createLosses(clock: Clock, log: Log): Losses {
  const counts: Record<LossReason, number> = { too_old: 0, queue_full: 0, refused: 0, rejected: 0 };
  const last_at = new Map<LossReason, Instant>();
  return {
    add(reason, spans, detail) {
      counts[reason] += spans;
      const last = last_at.get(reason);
      const now = clock.now();
      last_at.set(reason, now);
      if (last !== undefined && now - last < QUIET_MS) return;
      log.warn({ spans, dropped: counts[reason], ...(detail ? { detail } : {}) }, WORDS[reason]);
    },
    counts: () => ({ ...counts }),
  };
}
