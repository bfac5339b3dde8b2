// How long a client's connection may be in which state.
import { LIMITS } from "@holdfast/base";
import { RETIRE_MS } from "../listen.ts";

/**
 * idle: between two requests. head: within one. busy: an answer is due. rest: answered, but the request's body still comes.
 * last: closing, the client reads what was sent.
 */
export type State = "idle" | "head" | "busy" | "rest" | "last";

/** How long a client may take to close its side after it got the last answer. */
const LINGER_MS = 2_000;

/** In place of how long a state lasts already. */
export const NOT_LOOKED_AT = -1;

/** `heard`: something was said on the connection. */
export function patienceMs(state: State, { stopping, heard }: { stopping: boolean; heard: boolean }): number {
  switch (state) {
    case "idle":
      if (stopping) return RETIRE_MS;
      return heard ? LIMITS.keep_alive_ms : LIMITS.head_ms;
    case "head":
    case "rest":
      return LIMITS.head_ms;
    case "busy":
      return Number.POSITIVE_INFINITY;
    case "last":
      return LINGER_MS;
  }
}
