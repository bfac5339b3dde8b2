// How long a client's connection may be in which state.
import { LIMITS } from "@holdfast/base";

/**
 * idle: between two requests. head: within one. busy: an answer is due. rest: answered, but the request's body still comes.
 * last: closing, the client reads what was sent.
 */
export type State = "idle" | "head" | "busy" | "rest" | "last";

/** How long a connection is kept that asks for nothing, when its listener stops: its request, or its handshake, may be on its way. */
export const RETIRE_MS = 1_000;
/** How long a client may take to close its side after it got the last answer. */
export const LINGER_MS = 2_000;

/** In place of how long a state lasts already: the step of the listener's looks in which it began was not all its own. */
export const NOT_LOOKED_AT = -1;

/** How long a state lasts, `passed_ms` after the last look. */
export function lasting(so_far_ms: number, passed_ms: number): number {
  return so_far_ms === NOT_LOOKED_AT ? 0 : so_far_ms + passed_ms;
}

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
