// The spans of one call: what its client asked of us, and below it what we asked of an upstream. The upstream got the id of the first
// as its parent (gateway/pipeline/send.ts): its own spans hang below that, beside our second.
import type { CallRecord } from "@holdfast/contract";
import { clientSpan, copySpan } from "./client-span.ts";
import { serverSpan } from "./server-span.ts";
import type { Span } from "./span.ts";

export function spansOf(call: CallRecord): Span[] {
  const asks = asksOf(call);
  // A copy for a shadow has no client. Its upstream hangs its own spans below it, so it has to be there; unless it was never sent.
  if (call.shadow_of !== null) return asks > 0 ? [copySpan(call)] : [];
  return asks > 0 ? [serverSpan(call), clientSpan(call, asks)] : [serverSpan(call)];
}

/** How many they are, without making them. */
export function spanCount(call: CallRecord): number {
  return (call.shadow_of === null ? 1 : 0) + (asksOf(call) > 0 ? 1 : 0);
}

/** Upstreams that were asked. Targets of a model are counted apart. */
function asksOf({ attempts, ai, upstream }: CallRecord): number {
  return upstream === null ? 0 : attempts + (ai?.attempts ?? 0);
}
