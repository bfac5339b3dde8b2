// An answer on its way to the client, from an upstream or out of the cache: head, pieces and end, with what policies make of them.
import { type ResponseHead, readResponseHeaders } from "../headers/response-headers.ts";
import type { ReplyHead } from "../policies/policy.ts";
import type { Subject } from "../runtime/runtime.ts";
import { end, sendHead } from "./answer.ts";
import type { Call } from "./call.ts";
import { rewriteLocations } from "./own-location.ts";
import { gatherReply, sendWhole, wholeReplyOf } from "./whole-reply.ts";

/** `flat` is consumed. */
export function passHead(call: Call, status: number, flat: string[]): void {
  const subject = call.subject as Subject;
  const head = readResponseHeaders(flat, status, subject.limited(call));
  if (head.located) rewriteLocations(call, head.headers);
  call.enter("reply", subject.plan.timeouts.idle_ms);
  if (subject.reply.length > 0 || subject.replies.length > 0) changeHead(call, subject, head, status);
  else sendHead(call, status, head.headers, isBodiless(call, status) ? undefined : head.length, head);
}

export function passData(call: Call, chunk: Uint8Array): void {
  if (call.whole_reply) {
    gatherReply(call, call.whole_reply, chunk);
    return;
  }
  for (const { run } of (call.subject as Subject).reply_data) run(call, chunk);
  call.response_bytes += chunk.length;
  call.capture?.responseData(chunk);
  if (call.exchange.write(chunk)) return;
  call.blocked_by_client = true;
  call.upstream?.pause();
}

export function passEnd(call: Call): void {
  if (call.whole_reply) sendWhole(call, call.whole_reply);
  else end(call);
}

/** Policies have their say on the answer's head; one may ask for the body as well. */
function changeHead(call: Call, { reply }: Subject, read: ResponseHead, status: number): void {
  const head: ReplyHead = { status, headers: read.headers };
  for (const { run } of reply) run(call, head);
  if (!isBodiless(call, head.status)) call.whole_reply = wholeReplyOf(call, head);
  if (call.whole_reply) return;
  sendHead(call, head.status, head.headers, isBodiless(call, head.status) ? undefined : read.length, read);
}

function isBodiless({ method }: Call, status: number): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}
