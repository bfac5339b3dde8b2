// What the states of upstreams mean for a reader: which need somebody, and what stands first. Pure.
import type { Upstream, UpstreamState } from "../../api/types.ts";
import type { Tone } from "../../parts/chip.tsx";

/** Undefined: all is well, and good is quiet. */
export function toneOf(state: UpstreamState): Tone | undefined {
  if (isOut(state)) return "bad";
  if (state === "half-open" || state === "warming") return "warn";
  return state === "unwatched" ? "open" : undefined;
}

/** It gets no calls. */
export function isOut(state: UpstreamState): boolean {
  return state === "down" || state === "ejected" || state === "open";
}

const RANKS: Record<UpstreamState, number> = {
  down: 0,
  ejected: 0,
  open: 0,
  "half-open": 1,
  warming: 1,
  up: 2,
  unwatched: 2,
};

/** What needs a person first; else as they came, by service and release. */
export function sortUpstreams(upstreams: readonly Upstream[]): Upstream[] {
  return upstreams.toSorted((left, right) => RANKS[left.state] - RANKS[right.state]);
}

/** `10.0.0.1:9001`, without what every address has. */
export function hostOf(url: string): string {
  return url.replace(/^https?:\/\//, "");
}
