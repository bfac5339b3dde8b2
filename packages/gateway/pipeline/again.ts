// A call over a route that is sent again, to another upstream where there is one: when its service says so, nothing of an answer
// was passed on, and its body is still at hand. Whether that is wise is upstreams/retry.ts.

import type { RetryReason } from "@holdfast/contract";
import { headerOf, removeHeader } from "../headers/header-list.ts";
import type { Target } from "../runtime/runtime.ts";
import type { UpstreamGroup } from "../upstreams/group.ts";
import { backOffMs, isSafe, type Retries } from "../upstreams/retry.ts";
import type { Call } from "./call.ts";
import { ourMistake } from "./failures.ts";

/** What a call that may be sent again has to remember. */
export class Again {
  readonly retries: Retries;
  /** Upstreams that failed it. */
  readonly tried: Target[] = [];
  #chunks: Uint8Array[] | undefined = [];
  #bytes = 0;
  #whole = false;

  constructor(retries: Retries) {
    this.retries = retries;
  }

  /** Copies: `chunk` is a view of something that will be overwritten. */
  keep(chunk: Uint8Array): void {
    if (!this.#chunks) return;
    this.#bytes += chunk.length;
    if (this.#bytes <= this.retries.keep_bytes_max) this.#chunks.push(Buffer.from(chunk));
    else this.#chunks = undefined;
  }

  /** Something came with the body that a repetition could not bring along. */
  spoil(): void {
    this.#chunks = undefined;
  }

  bodyEnded(): void {
    this.#whole = true;
  }

  /** The whole body; undefined when it was too long, or is not here yet. */
  body(): Uint8Array | undefined {
    return this.#whole && this.#chunks ? Buffer.concat(this.#chunks) : undefined;
  }
}

/** A call is about to be sent for the first time. */
export function mayComeAgain(call: Call, retries: Retries): void {
  retries.budget.count(call.mark_us);
  call.again = new Again(retries);
}

/** False: the call has failed for good. `send` sends it to `call.target`. */
export function sendAgain(call: Call, reason: RetryReason | undefined, send: (call: Call) => void): boolean {
  const group = call.release?.group;
  if (!group || reason === undefined || call.head_sent || call.finished || !isBodyAtHand(call)) return false;
  const failed = call.target as Target;
  const next = nextTarget(call, group, { reason, failed });
  if (!next) return false;
  call.upstream?.cancel();
  takeBody(call);
  call.target = next;
  call.phases.send_us = null;
  call.upstream_status = undefined;
  call.head_us = undefined;
  const { again } = call;
  // Who failed gets a moment; who did not need not wait for it.
  if (again && next === failed)
    pause(call, backOffMs(again.retries.rules.back_off, again.tried.length, again.retries.random), send);
  else {
    call.lap();
    send(call);
  }
  return true;
}

type Failed = { reason: RetryReason; failed: Target };

function nextTarget(call: Call, group: UpstreamGroup, { reason, failed }: Failed): Target | undefined {
  const now_us = call.worker.clock.monotonicMicros();
  if (mayRetry(call, reason, now_us)) {
    const { tried } = call.again as Again;
    tried.push(failed);
    const from = group.has(failed) ? group : (group.fallback ?? group);
    return from.pick(call, now_us, tried) ?? standIn(call, group, failed) ?? from.pick(call, now_us);
  }
  return reason === "connect-failure" ? standIn(call, group, failed) : undefined;
}

/** Nothing was sent to any of the release's own: the fallback is asked, once. */
function standIn(call: Call, group: UpstreamGroup, failed: Target): Target | undefined {
  return group.has(failed) ? group.fallback?.pick(call, call.worker.clock.monotonicMicros()) : undefined;
}

function mayRetry(call: Call, reason: RetryReason, now_us: number): boolean {
  const { again, method } = call;
  if (!again?.retries.rules.on.includes(reason)) return false;
  if (again.tried.length + 1 >= again.retries.rules.attempts) return false;
  const has_idempotency_key = headerOf(call.exchange.headers, "idempotency-key") !== undefined;
  return isSafe({ method, has_idempotency_key }, reason) && again.retries.budget.take(now_us);
}

/** Nobody has read it yet, or all of it was kept. */
function isBodyAtHand(call: Call): boolean {
  return !call.has_body || call.body !== undefined || !call.reading_body || call.again?.body() !== undefined;
}

function takeBody(call: Call): void {
  if (!call.has_body || call.body || !call.reading_body) return;
  call.body = call.again?.body();
  // The transport says the length of a body that it gets whole.
  removeHeader(call.upstream_headers, "content-length");
}

function pause(call: Call, pause_ms: number, send: (call: Call) => void): void {
  call.enter("connect", 0);
  call.worker.clock.after(pause_ms, () => {
    if (call.finished || call.stage === "end") return;
    try {
      call.lap();
      send(call);
    } catch (error) {
      ourMistake(call, error);
    }
  });
}
