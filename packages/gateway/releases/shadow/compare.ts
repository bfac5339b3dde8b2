// Two answers to one request beside each other: the client's and the shadow's. Pure.
import type { CallComparison } from "@holdfast/contract";

/** `body`: a digest of all of it; undefined where it was not seen as the upstream sent it. */
export type SeenAnswer = { status: number; content_type: string | undefined; body: string | undefined };

type Difference = NonNullable<CallComparison["differs"]>[number];

export function differencesOf(primary: SeenAnswer, shadow: SeenAnswer): Difference[] {
  const differs: Difference[] = [];
  if (primary.status !== shadow.status) differs.push("status");
  if (mediaType(primary.content_type) !== mediaType(shadow.content_type)) differs.push("content_type");
  if (primary.body !== undefined && shadow.body !== undefined && primary.body !== shadow.body) differs.push("body");
  return differs;
}

/** Without parameters, whose order and spelling mean nothing here (RFC 9110 section 8.3.1). */
function mediaType(content_type: string | undefined): string | undefined {
  return content_type?.split(";", 1)[0]?.trim().toLowerCase();
}
