// How old an answer is, and how long it is fresh (RFC 9111 section 4.2). Pure; times in milliseconds.
import { headerOf } from "../headers/header-list.ts";
import type { CacheControl } from "./cache-control.ts";
import { parseHttpDate } from "./http-date.ts";

export type Moments = { asked_at_ms: number; answered_at_ms: number };

export type LifetimeRules = { when_silent_ms: number | undefined; heuristic: boolean };

const HEURISTIC_SHARE = 0.1;
const HEURISTIC_MS_MAX = 86_400_000;

/** RFC 9110 section 15.1, without 206. */
const HEURISTIC_STATUS = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/** Age when the answer came in: the larger of what its Date and what its Age say (section 4.2.3). */
export function initialAgeMs(headers: readonly string[], { asked_at_ms, answered_at_ms }: Moments): number {
  const date_ms = parseHttpDate(headerOf(headers, "date"), answered_at_ms) ?? answered_at_ms;
  const apparent_ms = Math.max(0, answered_at_ms - date_ms);
  return Math.max(apparent_ms, ageHeaderMs(headers) + answered_at_ms - asked_at_ms);
}

/** The first of several counts; what is no number is ignored (section 5.1). */
function ageHeaderMs(headers: readonly string[]): number {
  const first = headerOf(headers, "age")?.split(",", 1)[0]?.trim();
  return first !== undefined && /^\d{1,10}$/.test(first) ? Number(first) * 1000 : 0;
}

export type Lifetime = {
  ms: number;
  /** stated: by the answer. silent: by `when_silent` or the heuristic. */
  by: "stated" | "silent" | "nothing";
};

/** Section 4.2.1, in its order: s-maxage, max-age, Expires; then what the settings say of silence. */
export function lifetimeOf(
  { status, headers, control }: { status: number; headers: readonly string[]; control: Readonly<CacheControl> },
  rules: LifetimeRules,
  answered_at_ms: number,
): Lifetime {
  const seconds = control.s_maxage ?? control.max_age;
  if (seconds !== undefined) return { ms: seconds * 1000, by: "stated" };
  const date_ms = parseHttpDate(headerOf(headers, "date"), answered_at_ms) ?? answered_at_ms;
  const expires = headerOf(headers, "expires");
  if (expires !== undefined) {
    // What is no date is in the past (section 5.3).
    const expires_ms = parseHttpDate(expires, answered_at_ms) ?? date_ms;
    return { ms: Math.max(0, expires_ms - date_ms), by: "stated" };
  }
  if (!HEURISTIC_STATUS.has(status) || control.no_cache) return { ms: 0, by: "nothing" };
  if (rules.when_silent_ms !== undefined) return { ms: rules.when_silent_ms, by: "silent" };
  const modified_ms = rules.heuristic ? parseHttpDate(headerOf(headers, "last-modified"), answered_at_ms) : undefined;
  if (modified_ms === undefined || modified_ms >= date_ms) return { ms: 0, by: "nothing" };
  return { ms: Math.min(HEURISTIC_MS_MAX, (date_ms - modified_ms) * HEURISTIC_SHARE), by: "silent" };
}
