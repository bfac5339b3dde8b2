// Whether a call may be sent again, and after which pause. Values in, decisions out; pipeline/again.ts acts on them.
import type { RetryReason, RetrySettings } from "@holdfast/contract";
import type { SendFailure } from "../pipeline/failures.ts";
import type { Random } from "./random.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** Of one service. */
export type Retries = { rules: RetrySettings; budget: RetryBudget; random: Random; keep_bytes_max: number };

/** Their meaning is the same however often they are said (RFC 9110 section 9.2.2). CONNECT never gets here. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

export type RetryCall = { method: string; has_idempotency_key: boolean };

/** Of `connect-failure` nothing was sent, so it is safe whatever was asked. */
export function isSafe({ method, has_idempotency_key }: RetryCall, reason: RetryReason): boolean {
  return reason === "connect-failure" || has_idempotency_key || IDEMPOTENT.has(method);
}

/** Undefined: no reason to ask again. */
export function reasonOfFailure({ kind }: SendFailure): RetryReason | undefined {
  switch (kind) {
    case "unreachable":
      return "connect-failure";
    case "closed":
      return "reset";
    case "silent":
      return "timeout";
    // An answer that began, or that is nonsense, would hardly be another one; what cannot be sent stays so.
    case "invalid":
    case "cut":
    case "unsendable":
      return undefined;
  }
}

/** The reason of `on` that an answer's status is; undefined: it is an answer. */
export function reasonOfStatus(status: number, on: readonly RetryReason[]): RetryReason | undefined {
  if (status === 429) return on.includes("429") ? "429" : undefined;
  if (status < 500) return undefined;
  const gateway = status === 502 || status === 503 || status === 504;
  if (gateway && on.includes("gateway-error")) return "gateway-error";
  return on.includes("5xx") ? "5xx" : undefined;
}

const BACK_OFF_MS_MAX = 5_000;

/** Exponential with full jitter (M. Brooker, Exponential Backoff And Jitter, 2015). `repetition`: 1 for the first. */
export function backOffMs(base_ms: number, repetition: number, random: Random): number {
  return random() * Math.min(BACK_OFF_MS_MAX, base_ms * 2 ** (repetition - 1));
}
