// What a collector's answer means, by https://opentelemetry.io/docs/specs/otlp/#otlphttp-response. Pure.
import { type Instant, LIMITS, shorten } from "@holdfast/base";

export type CollectorAnswer = { status: number; retry_after: string | undefined; text: string };

/** `again`: the same batch may be sent later; `after_ms`: when, if the collector said so. */
export type Verdict =
  | { kind: "accepted"; rejected: number; detail: string }
  | { kind: "again"; after_ms: number | undefined; detail: string }
  | { kind: "refused"; detail: string };

const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A collector may ask for a pause, but not for silence. */
const RETRY_AFTER_MOST_MS = 5 * 60_000;

export function decideVerdict({ status, retry_after, text }: CollectorAnswer, now: Instant): Verdict {
  const said = parseObject(text);
  if (status >= 200 && status < 300) return acceptedBy(said);
  const message = textOf(said.message);
  const detail = message === "" ? `status ${status}` : `status ${status}: ${message}`;
  if (AGAIN.has(status)) return { kind: "again", after_ms: retryAfterMs(retry_after, now), detail };
  return { kind: "refused", detail };
}

/** A partial success is final too: the collector knows why it left spans out, and they would be left out again. */
function acceptedBy(said: Record<string, unknown>): Verdict {
  const partial = said.partialSuccess;
  if (typeof partial !== "object" || partial === null) return { kind: "accepted", rejected: 0, detail: "" };
  const { rejectedSpans, errorMessage } = partial as Record<string, unknown>;
  const rejected = Number(rejectedSpans ?? 0);
  return {
    kind: "accepted",
    rejected: Number.isSafeInteger(rejected) ? Math.max(rejected, 0) : 0,
    detail: textOf(errorMessage),
  };
}

/** Seconds or a date (RFC 9110 section 10.2.3). Undefined when it is neither. */
function retryAfterMs(value: string | undefined, now: Instant): number | undefined {
  if (value === undefined) return undefined;
  const after_ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(after_ms) ? undefined : Math.min(Math.max(after_ms, 0), RETRY_AFTER_MOST_MS);
}

/** Empty for anything else: a collector need not say more than its status. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? shorten(value, LIMITS.reason_characters_max) : "";
}
