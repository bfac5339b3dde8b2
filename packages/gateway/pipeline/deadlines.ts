// Deadlines without a timer for each call: one look over all running calls every LIMITS.deadline_step_ms. A call is silent when
// nothing came or went since its stage began or since its last piece; what silence means depends on the stage. Nothing fires early:
// the step in which a silence began is not counted, because nobody noted when.
import { type Cancel, type Clock, LIMITS, type Roster } from "@holdfast/base";
import type { Call } from "./call.ts";
import { cut, fail } from "./failures.ts";

/** When the silence of a call is first seen: more than the 0 of one that is not silent. What passed before is not counted. */
const SEEN_MS = 1;
/** So much more than what passed may a count of whole milliseconds say. */
const ROUNDED_MS = 1;
/** Whether the time of a call is up is worked out at least so often. */
const SURE_MS_MOST = 1000;

/** So long the ends of calls that are due together are spread over, when they are few; many at once come one in each turn of the event loop. */
const SPREAD_MS = LIMITS.deadline_step_ms / 2;
/** The first of them ends so long after the look that found it: a call that came meanwhile waits for one of both. */
const FIRST_MS = 1;

export function watchDeadlines(running: Roster<Call>, clock: Clock): Cancel {
  const deadlines = new Deadlines(running, clock);
  return clock.every(LIMITS.deadline_step_ms, () => deadlines.look());
}

class Deadlines {
  readonly #running: Roster<Call>;
  readonly #clock: Clock;
  #looked_at_ms: number;
  #ending = false;

  constructor(running: Roster<Call>, clock: Clock) {
    this.#running = running;
    this.#clock = clock;
    this.#looked_at_ms = wholeMs(clock.monotonicMicros());
  }

  look(): void {
    if (this.#ending) return;
    const now_us = this.#clock.monotonicMicros();
    const now_ms = wholeMs(now_us);
    // A small whole number for V8 too, whatever the clock of a machine that has been up for a month says.
    const passed_ms = (now_ms - this.#looked_at_ms) | 0;
    this.#looked_at_ms = now_ms;
    const due = this.#running.which((call) => mayBeDue(call, passed_ms) && isDue(call, now_us));
    this.#endSoon(due, 0);
  }

  /** When a service is dead many calls are due at once, and an end is as much work as a call: whoever comes meanwhile goes before the next. */
  #endSoon(due: readonly Call[], next: number): void {
    this.#ending = next < due.length;
    if (!this.#ending) return;
    const end = () => this.#endFrom(due, next);
    const pause_ms = next === 0 ? FIRST_MS : SPREAD_MS / due.length;
    if (pause_ms >= 1) this.#clock.after(pause_ms, end);
    else this.#clock.soon(end);
  }

  #endFrom(due: readonly Call[], first: number): void {
    // Whatever is thrown in here must not be the last look.
    this.#ending = false;
    let next = first;
    while (next < due.length && !endIfDue(due[next++] as Call, this.#clock.monotonicMicros()));
    this.#endSoon(due, next);
  }
}

function wholeMs(us: number): number {
  return Math.floor(us / 1e3);
}

/** Counts what has passed. Touches little of a call, all in one place and whole numbers: thousands may be running. */
function mayBeDue(call: Call, passed_ms: number): boolean {
  call.quiet_ms = call.quiet_ms === 0 ? SEEN_MS : call.quiet_ms + passed_ms;
  call.sure_ms -= passed_ms;
  return call.sure_ms <= 0 || isSilent(call);
}

function isDue(call: Call, now_us: number): boolean {
  // Whom we hold off is not silent.
  if (call.held_body || call.held_reply) call.quiet_ms = 0;
  if (isSilent(call) || isOver(call, now_us)) return true;
  // Rounded down: nobody is sure for longer than that.
  const left_ms = totalMs(call) - (now_us - call.began_us) / 1e3;
  call.sure_ms = left_ms > 0 ? Math.min(Math.floor(left_ms), SURE_MS_MOST) : SURE_MS_MOST;
  return false;
}

/** True: its time was up. Something may have come since it was found to be due. */
function endIfDue(call: Call, now_us: number): boolean {
  if (call.finished) return false;
  const silent = isSilent(call);
  if (isOver(call, now_us)) expire(call, totalMs(call));
  else if (silent && isWebSocket(call)) call.passage?.goAway(`No frame came within ${call.quiet_limit_ms} ms.`);
  else if (silent) silence(call, call.quiet_limit_ms);
  else return false;
  return true;
}

function isSilent({ quiet_ms, quiet_limit_ms }: Call): boolean {
  return quiet_limit_ms > 0 && quiet_ms >= quiet_limit_ms + SEEN_MS + ROUNDED_MS;
}

function isOver(call: Call, now_us: number): boolean {
  return now_us - call.began_us >= totalMs(call) * 1e3 && isLimited(call);
}

/** One that is open may last as long as something passes. */
function isWebSocket({ passage, stage }: Call): boolean {
  return passage !== undefined && stage === "reply";
}

function totalMs({ total_limit_ms, subject }: Call): number {
  return total_limit_ms ?? subject?.timeouts.total_ms ?? LIMITS.buffered_body_ms;
}

/** What nobody wrote down ends with the head of the answer: streams and downloads take as long as they take. */
function isLimited(call: Call): boolean {
  if (call.stage === "end" || isWebSocket(call)) return false;
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
