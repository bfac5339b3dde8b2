// What is done with a kept answer when somebody asks for it (RFC 9111 section 4; RFC 5861). Pure.
import type { CacheControl } from "./cache-control.ts";

export type KeptFacts = {
  control: Readonly<CacheControl>;
  lifetime_ms: number;
  age_ms: number;
};

export type StaleRules = { stale_while_revalidate_ms: number; stale_if_error_ms: number };

/**
 * fresh: serve it. stale: serve it, the client asked for no better. stale-while: serve it, and ask the upstream beside. ask: the
 * upstream must confirm it first; `if_error`: when the upstream fails it may be served all the same.
 */
export type Decision = { use: "fresh" | "stale" | "stale-while" } | { use: "ask"; if_error: boolean };

export function decide(kept: KeptFacts, request: Readonly<CacheControl>, rules: StaleRules): Decision {
  const { control, lifetime_ms, age_ms } = kept;
  const stale_by_ms = age_ms - lifetime_ms;
  const error_ms = staleMs(control, "stale_if_error", rules.stale_if_error_ms);
  // Who asks for no-cache wants the upstream's word or none.
  const if_error = error_ms >= 0 && stale_by_ms <= error_ms && !request.no_cache;
  if (control.no_cache || request.no_cache) return { use: "ask", if_error };
  if (!youngEnough(request, lifetime_ms, age_ms)) return { use: "ask", if_error };
  if (stale_by_ms < 0) return { use: "fresh" };
  if (request.max_stale !== undefined && !forbidsStale(control) && stale_by_ms <= request.max_stale * 1000)
    return { use: "stale" };
  // Who wants an answer that is fresh for a while yet does not want a stale one.
  if (request.min_fresh === undefined) {
    const most_ms = staleMs(control, "stale_while_revalidate", rules.stale_while_revalidate_ms);
    if (stale_by_ms < most_ms) return { use: "stale-while" };
  }
  return { use: "ask", if_error };
}

function youngEnough({ max_age, min_fresh }: Readonly<CacheControl>, lifetime_ms: number, age_ms: number): boolean {
  if (max_age !== undefined && age_ms > max_age * 1000) return false;
  return min_fresh === undefined || lifetime_ms - age_ms >= min_fresh * 1000;
}

/** Section 4.2.4. */
function forbidsStale(control: Readonly<CacheControl>): boolean {
  return control.must_revalidate || control.proxy_revalidate || control.no_cache || control.s_maxage !== undefined;
}

/**
 * How long past its time an answer may be served. What the answer says itself wins over `fallback_ms`. `s-maxage` alone forbids it
 * (section 5.2.2.10); beside a permission in the same answer it does not, as the authors of such answers expect everywhere.
 * -1: never.
 */
function staleMs(
  control: Readonly<CacheControl>,
  which: "stale_while_revalidate" | "stale_if_error",
  fallback_ms: number,
): number {
  if (control.must_revalidate || control.proxy_revalidate || control.no_cache) return -1;
  const said = control[which];
  if (said !== undefined) return said * 1000;
  return control.s_maxage !== undefined || fallback_ms === 0 ? -1 : fallback_ms;
}
