// Turns call records into the evidence that a feedback keeps, beyond the retention of the records themselves.
import { type Instant, LIMITS } from "@holdfast/base";
import { type CallRecord, isFailure, type LinkedCall } from "@holdfast/contract";
import type { FeedbackRow } from "../ports.ts";

/** The calls with what is now known of them. A call that was found before stays as it was seen then. */
export function withRecords(calls: readonly LinkedCall[], records: readonly CallRecord[]): LinkedCall[] {
  const by_id = new Map(records.map((record) => [record.id, record]));
  return calls.map((call) => {
    const record = call.found ? undefined : by_id.get(call.call_id);
    return record ? linkedCall(call, record) : call;
  });
}

/** Records travel from the gateway to the store in a moment; whether it is worth looking again. */
export function isWaiting(row: FeedbackRow, calls: readonly LinkedCall[], now: Instant): boolean {
  return calls.some((call) => !call.found) && now - row.created_at < LIMITS.link_patience_ms;
}

function linkedCall({ call_id, by }: LinkedCall, record: CallRecord): LinkedCall {
  const { at, method, path, subject, release, status, outcome, duration_us } = record;
  const failed = isFailure(record);
  return { call_id, by, found: true, at, method, path, subject, release, status, outcome, failed, duration_us };
}
