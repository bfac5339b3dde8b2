// How long a call may take in each of its stages. A total that nobody wrote ends with the head of the answer.
import { LIMITS } from "@holdfast/base";
import type { ModelSettings, PlanTimeouts } from "@holdfast/contract";

export function compileTimeouts({ connect, first_byte, idle, total }: ModelSettings["timeouts"]): PlanTimeouts {
  const times = { connect_ms: connect, first_byte_ms: first_byte, idle_ms: idle };
  if (total !== undefined) return { ...times, total_ms: total };
  return { ...times, total_ms: LIMITS.answer_begins_ms, total_until_head: true };
}
