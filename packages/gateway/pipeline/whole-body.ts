// A request's body gathered whole before anything is sent, for policies that must see all of it. Bounded.
import { LIMITS } from "@holdfast/base";
import type { Subject } from "../runtime/runtime.ts";
import type { Call } from "./call.ts";
import { fail } from "./failures.ts";

/** `next`: where the pipeline goes on. */
export type GatheredBody = { chunks: Uint8Array[]; bytes_max: number; next: (call: Call) => void };

/** The least that those allow who want this body; 0: nobody does. */
export function gatheredMax(call: Call, gathers: Subject["gathers"]): number {
  let least = 0;
  for (const { bytes_max, wants } of gathers)
    if ((least === 0 || bytes_max < least) && (!wants || wants(call))) least = bytes_max;
  return least;
}

/** Goes on with `next` once `call.body` is there; at once when the request has none. */
export function gatherBody(call: Call, bytes_max: number, next: (call: Call) => void): void {
  if (!call.has_body) next(call);
  else if ((call.headers.content_length ?? 0) > bytes_max) tooLarge(call, bytes_max);
  else {
    call.gathered = { chunks: [], bytes_max, next };
    call.enter("body", LIMITS.request_idle_ms);
    call.exchange.readBody();
  }
}

/** False: this piece is not ours. */
export function gather(call: Call, chunk: Uint8Array): boolean {
  const { gathered } = call;
  if (!gathered) return false;
  // What still comes after a refusal is not kept.
  if (call.stage !== "body") return true;
  gathered.chunks.push(Buffer.from(chunk));
  if (call.request_bytes > gathered.bytes_max) tooLarge(call, gathered.bytes_max);
  return true;
}

export function gatheredAll(call: Call): boolean {
  const { gathered } = call;
  if (!gathered) return false;
  if (call.stage !== "body") return true;
  const { chunks, next } = gathered;
  call.body = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
  gathered.chunks = [];
  next(call);
  return true;
}

function tooLarge(call: Call, bytes_max: number): void {
  fail(call, { code: "body_too_large", detail: `The body may have ${bytes_max} bytes here.` });
}
