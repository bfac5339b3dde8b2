// Which questions a live event makes stale, and how long to wait before the stream is tried again. Pure decisions.
import type { LiveTopic } from "./types.ts";

/** The second part of query keys (see reads.ts), by the topic that changed. */
const reach: Record<LiveTopic, readonly string[]> = {
  calls: ["calls", "tide", "overview", "subjects"],
  feedback: ["feedback", "tide", "overview", "issues"],
  issues: ["issues", "feedback", "overview"],
  findings: ["issues", "overview", "tide"],
  actions: ["actions", "subjects", "routes", "tide", "overview", "issues"],
  launches: ["launches", "overview"],
  settings: ["settings", "subjects", "routes", "upstreams", "overview", "tide", "launches"],
};

export function staleAfter(topics: Iterable<LiveTopic>): Set<string> {
  return new Set([...topics].flatMap((topic) => reach[topic] ?? []));
}

/** 1 s, 2 s, 4 s … 30 s: soon after a hiccup, gentle after an outage. */
export function retryDelay_ms(failures: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(failures, 5));
}
