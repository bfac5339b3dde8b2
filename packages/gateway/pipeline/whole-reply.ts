// An upstream's answer gathered whole before it is sent on, for policies that change its body. Bounded.
import { setHeader } from "../headers/header-list.ts";
import type { ReplyBody, ReplyHead } from "../policies/policy.ts";
import type { PreparedReply, Subject } from "../runtime/runtime.ts";
import { answerWhole } from "./answer.ts";
import type { Call } from "./call.ts";
import { fail, ourMistake } from "./failures.ts";

export type WholeReply = {
  head: ReplyHead;
  hooks: readonly PreparedReply[];
  bytes_max: number;
  bytes: number;
  chunks: Uint8Array[];
};

/** Undefined: the answer may stream. */
export function wholeReplyOf(call: Call, head: ReplyHead): WholeReply | undefined {
  const { replies } = call.subject as Subject;
  const hooks = replies.length === 0 ? replies : replies.filter(({ wants }) => wants(call, head));
  if (hooks.length === 0) return undefined;
  return { head, hooks, bytes_max: Math.min(...hooks.map(({ bytes_max }) => bytes_max)), bytes: 0, chunks: [] };
}

/** Copies: `chunk` is a view of something that will be overwritten. */
export function gatherReply(call: Call, whole: WholeReply, chunk: Uint8Array): void {
  whole.bytes += chunk.length;
  if (whole.bytes <= whole.bytes_max) {
    whole.chunks.push(Buffer.from(chunk));
    return;
  }
  const detail = `The answer is larger than the ${whole.bytes_max} bytes that this route can change.`;
  call.refused_by = whole.hooks[0]?.policy;
  fail(call, { code: "upstream_too_large", detail });
}

/** The answer is there: every hook in its turn, then all of it at once. */
export function sendWhole(call: Call, whole: WholeReply): void {
  call.enter("admit", 0);
  change(call, whole)
    .then((body) => {
      if (call.finished) return;
      if ("code" in body) return fail(call, body);
      setHeader(whole.head.headers, "content-length", String(body.length));
      answerWhole(call, whole.head, body);
    })
    .catch((error) => ourMistake(call, error));
}

async function change(call: Call, { head, hooks, chunks }: WholeReply): Promise<ReplyBody> {
  let body: Uint8Array = Buffer.concat(chunks);
  for (const { policy, run } of hooks) {
    const changed = await run(call, head, body);
    if ("code" in changed) {
      call.refused_by = policy;
      return changed;
    }
    body = changed;
  }
  return body;
}
