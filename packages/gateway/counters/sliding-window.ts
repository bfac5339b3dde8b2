// Calls in a window that slides, in the form that is kept of them: a count for each slice of time that still counts. Pure over the
// numbers of one slot; redis-scripts.ts repeats it in Lua.
//
// Counting exactly what a sliding window holds takes the time of every call; counting by slices errs by one slice (Datar, Gionis,
// Indyk, Motwani: Maintaining Stream Statistics over Sliding Windows, 2002). The slice that the window's beginning runs through counts
// whole here, so that all of the error is on one side:
// - no stretch of the window's length, wherever it begins, holds more calls than the quota's count (error: none);
// - a call is forgotten when its slice has left the window, up to one slice late (a 24th of the window, 4.2 %).
//
// The form with two counters, the present window and the share of the one before that still overlaps (Cloudflare, 2017), takes the
// calls before as evenly spread. Who sends all of them at the end of a window, and again at the end of the next, gets nearly twice the
// count into one stretch of the window's length (error: 100 %), as a rate allows that may come in one burst. A quota is a promise
// about any stretch, so it keeps 27 numbers for each caller instead of three.
import type { Taken } from "./counters.ts";

const SLICES = 24;
/** Beside the whole slices of one window the one that its beginning runs through. */
export const KEPT = SLICES + 1;

/** Numbers of one slot: all calls that count, the newest slice, then the calls of each slice at its number modulo KEPT. */
export const SLIDING_WIDTH = 2 + KEPT;

/** A key has one length of window. */
export type SlidingAsk = { count: number; window_ms: number };

/** Whole milliseconds, rounded up: the slices cover the window. */
export function sliceMsOf({ window_ms }: SlidingAsk): number {
  return Math.ceil(window_ms / SLICES);
}

export function sliceAt(now_ms: number, ask: SlidingAsk): number {
  return Math.floor(now_ms / sliceMsOf(ask));
}

/** When the calls of a slice count no longer. */
export function forgottenAt(slice: number, ask: SlidingAsk): number {
  return (slice + KEPT) * sliceMsOf(ask);
}

/** `slot`: SLIDING_WIDTH numbers, all 0 for a key that nobody took from; changed in place. */
export function takeSliding(slot: Float64Array, ask: SlidingAsk, now_ms: number): Taken {
  const newest = advance(slot, sliceAt(now_ms, ask));
  const used = slot[0] as number;
  if (used >= ask.count) {
    const passes_at = downTo(slot, ask.count - 1);
    return slidingTaken(ask, { allowed: false, used, passes_at, empty_at: downTo(slot, 0) }, now_ms);
  }
  slot[0] = used + 1;
  add(slot, newest, 1);
  return slidingTaken(ask, { allowed: true, used: used + 1, passes_at: newest, empty_at: newest }, now_ms);
}

/** Of the slice it was taken in; where the clock had stepped back, of the newest. */
export function giveBackSliding(slot: Float64Array, ask: SlidingAsk, taken_ms: number): void {
  const newest = slot[1] as number;
  const slice = sliceAt(taken_ms, ask);
  const from = newest - slice >= 0 && newest - slice < KEPT && callsOf(slot, slice) > 0 ? slice : newest;
  if (callsOf(slot, from) === 0) return;
  slot[0] = (slot[0] as number) - 1;
  add(slot, from, -1);
}

/** `passes_at`: the slice whose end lets the next call through; `empty_at`: the newest that has calls. */
type Standing = { allowed: boolean; used: number; passes_at: number; empty_at: number };

export function slidingTaken(ask: SlidingAsk, standing: Standing, now_ms: number): Taken {
  const { allowed, used, passes_at, empty_at } = standing;
  return {
    allowed,
    remaining: Math.max(0, ask.count - used),
    retry_after_ms: allowed ? 0 : forgottenAt(passes_at, ask) - now_ms,
    reset_ms: forgottenAt(empty_at, ask) - now_ms,
    limit: ask.count,
  };
}

/** Forgets what no longer counts; gives the slice that takes calls. */
function advance(slot: Float64Array, slice: number): number {
  const newest = slot[1] as number;
  // A clock that stepped back goes on in the newest slice. By more than the window: it begins anew, which costs one quota at most.
  if (slice <= newest && newest - slice < KEPT) return newest;
  if (Math.abs(slice - newest) >= KEPT) slot.fill(0);
  else for (let next = newest + 1; next <= slice; next++) slot[2 + (next % KEPT)] = 0;
  slot[1] = slice;
  // Added up anew: a thread that died in the middle of a call leaves the sum wrong for one slice at most.
  slot[0] = 0;
  for (let at = 2; at < SLIDING_WIDTH; at++) slot[0] += slot[at] as number;
  return slice;
}

/** The slice with whose end `left` calls at most count. There are more. */
function downTo(slot: Float64Array, left: number): number {
  let over = (slot[0] as number) - left;
  const newest = slot[1] as number;
  let slice = newest - KEPT;
  while (over > 0 && slice < newest) over -= callsOf(slot, ++slice);
  return slice;
}

function callsOf(slot: Float64Array, slice: number): number {
  return slot[2 + (slice % KEPT)] as number;
}

function add(slot: Float64Array, slice: number, change: number): void {
  slot[2 + (slice % KEPT)] = callsOf(slot, slice) + change;
}
