// Deadlines without a timer for each call: one look over all running calls every LIMITS.deadline_step_ms. A call is silent when
// nothing came or went since its stage began or since its last piece; what silence means depends on the stage. Nothing fires early:
// the step in which a silence began is not counted, because nobody noted when.
import { type Cancel, type Clock, LIMITS } from "@holdfast/base";
import type { Call } from "./call.ts";
import { cut, fail } from "./failures.ts";
import type { RunningCalls } from "./running-calls.ts";

/** Of the step in which a silence began: more than the 0 of a call that is not silent, and nothing beside any limit. */
const BEGUN_MS = Number.MIN_VALUE;

type Look = { calls: readonly Call[]; now_us: number; passed_ms: number };

export function watchDeadlines(running: RunningCalls, clock: Clock): Cancel {
  let looked_at_us = clock.monotonicMicros();
  let looking = false;

  function lookFrom(first: number, look: Look): void {
    // Whatever is thrown in here must not be the last look.
    looking = false;
    const next = lookUntilOneEnds(first, look);
    if (next === look.calls.length) return;
    looking = true;
    clock.soon(() => lookFrom(next, look));
  }

  return clock.every(LIMITS.deadline_step_ms, () => {
    if (looking) return;
    const now_us = clock.monotonicMicros();
    const passed_ms = (now_us - looked_at_us) / 1e3;
    looked_at_us = now_us;
    lookFrom(0, { calls: running.all(), now_us, passed_ms });
  });
}

/**
 * Gives where to go on. When a service is dead many calls are due at once, and an end is as much work as a call: whoever has come
 * meanwhile goes before the next.
 */
function lookUntilOneEnds(first: number, { calls, now_us, passed_ms }: Look): number {
  for (let index = first; index < calls.length; index++) {
    const call = calls[index] as Call;
    if (!call.finished && look(call, now_us, passed_ms)) return index + 1;
  }
  return calls.length;
}

/** True: its time was up. */
function look(call: Call, now_us: number, passed_ms: number): boolean {
  // Whom we hold off is not silent.
  if (call.held_body || call.held_reply) call.quiet_ms = 0;
  else call.quiet_ms = call.quiet_ms === 0 ? BEGUN_MS : call.quiet_ms + passed_ms;
  const total_ms = call.total_limit_ms ?? call.subject?.timeouts.total_ms ?? LIMITS.buffered_body_ms;
  const silent = call.quiet_ms >= call.quiet_limit_ms;
  if (call.passage && call.stage === "reply") {
    // A WebSocket may last as long as something passes.
    if (silent) call.passage.goAway(`No frame came within ${call.quiet_limit_ms} ms.`);
    return silent;
  }
  const is_over = now_us - call.began_us >= total_ms * 1e3 && isLimited(call);
  const is_silent = call.quiet_limit_ms > 0 && silent;
  if (is_over) expire(call, total_ms);
  else if (is_silent) silence(call, call.quiet_limit_ms);
  return is_over || is_silent;
}

/** What nobody wrote down ends with the head of the answer: streams and downloads take as long as they take. */
function isLimited(call: Call): boolean {
  if (call.stage === "end") return false;
  return call.total_limit_ms !== undefined || !call.subject?.timeouts.total_until_head || !hasBegun(call);
}

/** The answer has, whether or not its head went on to the client yet. */
function hasBegun({ head_us, head_sent }: Call): boolean {
  return head_us !== undefined || head_sent;
}

function expire(call: Call, total_ms: number): void {
  // What a caller was not willing to wait for says nothing about the upstream.
  const waited = call.total_limit_ms === undefined && (call.stage === "connect" || call.stage === "wait");
  if (waited) call.upstream?.cancel("silent");
  fail(call, { code: whoseTime(call), detail: `The call was not done after ${total_ms} ms.` });
}

function whoseTime(call: Call): "time_limit_reached" | "request_timeout" | "upstream_timeout" {
  // The service answered, and went on for as long as it was let. What a caller asked for in time is another matter.
  if (hasBegun(call) && call.total_limit_ms === undefined) return "time_limit_reached";
  // A client that drips its body is not the upstream's fault.
  const by_client = call.stage === "body" || (call.stage === "upload" && !call.blocked_by_upstream);
  return by_client ? "request_timeout" : "upstream_timeout";
}

function silence(call: Call, limit_ms: number): void {
  const { stage } = call;
  if (stage === "body" || (stage === "upload" && !call.blocked_by_upstream))
    fail(call, { code: "request_timeout", detail: `No more of the body came within ${limit_ms} ms.` });
  else if (stage === "end" || call.blocked_by_client) cut(call, "client_gone");
  else silentUpstream(call, limit_ms);
}

function silentUpstream(call: Call, limit_ms: number): void {
  call.upstream?.cancel("silent");
  // Without a connection nothing was sent; the same goes when all connections are busy and none became free.
  const kind = call.stage === "connect" ? "unreachable" : "silent";
  call.journey.onFailed(call, { kind, detail: `The service was silent for ${limit_ms} ms.` });
}
