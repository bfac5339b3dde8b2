// How many calls a second a worker that is overloaded lets in: CoDel's standing queue (RFC 8289) as the signal, the delay of the event
// loop as the queue; less by a share when it stands, and more by what the loop idles, as the answer. Pure; guard.ts looks at the clock.

/** open: everybody comes in. shedding: so many a second do. `began`: calls of the bad windows that followed one another, in `of_ms`. */
export type Admission =
  | { kind: "open"; bad_windows: number; began: number; of_ms: number }
  | { kind: "shedding"; per_second: number; calm_windows: number };

/**
 * One window. `lag_ms`: the smallest delay of the loop that was seen in it, so that one long pause does not count. `busy`: share of
 * its time in which the loop worked. `running`: calls at its end.
 */
export type Seen = {
  window_ms: number;
  lag_ms: number;
  busy: number;
  admitted: number;
  shed: number;
  running: number;
};

/** A loop that is late by so much, window after window, has more work than it gets done. A busy one with 500 callers in turn is not. */
const ENTER_LAG_MS = 60;
const ENTER_WINDOWS = 3;
/** With fewer calls under way in a window it is not they who make the loop late. Those that ended in it count: the others wait outside. */
const ENTER_CALLS = 100;
/** What is aimed at while shedding: then a refusal takes less than 50 ms, even with the time it is held back. */
const TARGET_LAG_MS = 8;
const LESS = 0.93;
/** A loop that works less than this could serve more. How much more is known, and gone to in steps. */
const BUSY = 0.9;
const MORE_MOST = 1.25;
/** The first step down is larger: it has to pay back what stands in the queue. */
const FIRST = 0.7;
/** So many come in whatever happens. */
export const PER_SECOND_MIN = 50;
/** Where fewer begin, few large bodies keep the loop busy, and refusing would only keep out who costs nothing. */
const ENTER_PER_SECOND = PER_SECOND_MIN / FIRST;
/** Past so much what is longer ago counts for half: calls may come in bursts, once a second. */
const BEGAN_OF_MS = 2000;
/** Nobody was refused for so many windows: it is over. */
const CALM_WINDOWS = 20;

export const OPEN: Admission = Object.freeze({ kind: "open", bad_windows: 0, began: 0, of_ms: 0 });

export function decideAdmission(before: Admission, seen: Seen): Admission {
  return before.kind === "open" ? whileOpen(before, seen) : whileShedding(before, seen);
}

function whileOpen(before: Admission & { kind: "open" }, seen: Seen): Admission {
  if (seen.lag_ms < ENTER_LAG_MS || seen.running + seen.admitted < ENTER_CALLS) return OPEN;
  const bad_windows = before.bad_windows + 1;
  const share = before.of_ms > BEGAN_OF_MS ? 0.5 : 1;
  const began = before.began * share + seen.admitted;
  const of_ms = before.of_ms * share + seen.window_ms;
  const per_second = (began / of_ms) * 1000;
  if (bad_windows < ENTER_WINDOWS || per_second < ENTER_PER_SECOND) return { kind: "open", bad_windows, began, of_ms };
  return { kind: "shedding", per_second: atLeast(per_second * FIRST), calm_windows: 0 };
}

function whileShedding(before: Admission & { kind: "shedding" }, { lag_ms, busy, shed }: Seen): Admission {
  const calm_windows = shed === 0 ? before.calm_windows + 1 : 0;
  if (calm_windows >= CALM_WINDOWS) return OPEN;
  // While nobody is refused, more would only be a burst when they come back.
  const more = shed === 0 ? 1 : Math.min(Math.max(BUSY / busy, 1), MORE_MOST);
  const per_second = atLeast(before.per_second * (lag_ms > TARGET_LAG_MS ? LESS : more));
  return { kind: "shedding", per_second, calm_windows };
}

function atLeast(per_second: number): number {
  return Math.max(PER_SECOND_MIN, per_second);
}
