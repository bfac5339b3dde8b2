// An answer on its way to the client, from an upstream or out of the cache: head, pieces and end, with what policies make of them.

import { headerOf } from "../headers/header-list.ts";
import { type ResponseHead, readResponseHeaders } from "../headers/response-headers.ts";
import type { ReplyHead } from "../policies/policy.ts";
import type { Subject } from "../runtime/runtime.ts";
import { type KnownLines, linesOf } from "../transport/header-lines.ts";
import type { HeadNotes } from "../transport/listener.ts";
import { end, sendHead } from "./answer.ts";
import type { Call } from "./call.ts";
import { rewriteLocations } from "./own-location.ts";
import { gatherReply, sendWhole, wholeReplyOf } from "./whole-reply.ts";

export function passHead(call: Call, status: number, flat: readonly string[], notes?: HeadNotes): void {
  const subject = call.subject as Subject;
  const limited = subject.limited(call);
  call.enter("reply", subject.timeouts.idle_ms);
  const has_changes = subject.reply.length > 0 || subject.replies.length > 0;
  const known = notes && !has_changes && !call.chosen_by ? knownOf(notes, flat, status, limited) : undefined;
  const head = known?.head ?? readResponseHeaders(flat, status, limited);
  const length = isBodiless(call, status) ? undefined : head.length;
  if (known) {
    sendHead(call, status, [], length, head, known);
    return;
  }
  if (head.located) rewriteLocations(call, head.headers);
  if (has_changes) changeHead(call, subject, head, status);
  else sendHead(call, status, head.headers, length, head);
}

/** What an upstream's head becomes where nothing of the call has a say in it. */
type Known = KnownLines & { limited: boolean; head: ResponseHead };

const SAID_ONCE = "said once";

/** Worked out when an upstream says the same a second time; undefined before that, and where it depends on the call. */
function knownOf(notes: HeadNotes, flat: readonly string[], status: number, limited: boolean): Known | undefined {
  const before = notes.made as Known | typeof SAID_ONCE | undefined;
  if (before === undefined) {
    notes.made = SAID_ONCE;
    return undefined;
  }
  if (before !== SAID_ONCE && before.limited === limited) return before;
  const head = readResponseHeaders(flat, status, limited);
  if (head.located) return undefined;
  const dated = headerOf(head.headers, "date") !== undefined;
  const known: Known = { limited, head, lines: linesOf(head.headers), dated };
  notes.made = known;
  return known;
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
