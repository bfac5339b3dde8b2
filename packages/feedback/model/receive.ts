// From what a reporter sent to what is stored: scrubbed, with genuine references only. Nothing unscrubbed goes further.
import { type Id, type Instant, type ReferenceKey, scrubQuery, scrubText, verifyReference } from "@holdfast/base";
import type { Feedback, FeedbackInput, LinkedCall } from "@holdfast/contract";
import type { FeedbackRow } from "../ports.ts";
import { hashOfToken, reportToken } from "./report-token.ts";

export type Received = { id: Id; now: Instant; channel: Feedback["channel"]; key: ReferenceKey };

export function feedbackOf(input: FeedbackInput, { id, now, channel, key }: Received): FeedbackRow {
  return {
    id,
    channel,
    // What a colleague writes down by hand comes from no site.
    site: input.site || null,
    message: scrubText(input.message),
    rating: input.rating ?? null,
    category: input.category ?? null,
    page: input.page === undefined ? null : scrubPage(input.page),
    device: input.device === undefined ? null : scrubText(input.device),
    reporter_name: input.reporter.name?.trim() || null,
    reporter_email: input.reporter.email ?? null,
    created_at: now,
    status: "received",
    issue_id: null,
    joined_because: null,
    calls: genuineCalls(input.references, key),
    token_hash: hashOfToken(reportToken(key, id)),
    idempotency_key: input.idempotency_key ?? null,
  };
}

/** A repeat says the same as what was stored; another text under the same key is another report, or somebody else's guess. */
export function isRepeat(stored: FeedbackRow, again: FeedbackRow): boolean {
  return stored.message === again.message && stored.rating === again.rating;
}

/** Each call once, in the order of the references; what does not verify is left out. */
function genuineCalls(references: readonly string[], key: ReferenceKey): LinkedCall[] {
  const ids = references.map((reference) => verifyReference(key, reference)).filter((id) => id !== undefined);
  return [...new Set(ids)].map(unknownCall);
}

function unknownCall(call_id: Id): LinkedCall {
  return {
    call_id,
    by: "reference",
    found: false,
    at: null,
    method: null,
    path: null,
    subject: null,
    release: null,
    status: null,
    outcome: null,
    failed: false,
    duration_us: null,
  };
}

/** Query and fragment may carry tokens by name (OAuth puts them in either), so both are scrubbed by name and by shape. */
function scrubPage(page: string): string {
  const [, path = "", query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(page) ?? [];
  const scrubbed_query = query === undefined ? "" : `?${scrubQuery(query)}`;
  const scrubbed_fragment = fragment === undefined ? "" : `#${scrubQuery(fragment)}`;
  return scrubText(path) + scrubbed_query + scrubbed_fragment;
}
