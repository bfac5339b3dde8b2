// What the limits policy asks of one limit, whatever it counts: take, give back, and how to say where the caller stands.
import type { PlanLimit, PlanQuota, PlanRateLimit } from "@holdfast/contract";
import { secondsOf, spanOf } from "../../counters/calendar.ts";
import type { Taken } from "../../counters/counters.ts";
import type { PolicyCall, PolicyTools, Refusal } from "../policy.ts";
import { ownerBy, placeOf, titleOf } from "./owner.ts";

export type Meter = {
  take(call: PolicyCall, now_ms: number): Taken | Promise<Taken>;
  /** Of a call that another limit refused. */
  giveBack(call: PolicyCall, now_ms: number): void | Promise<void>;
  /** The limit as an item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). */
  readonly policy: string | undefined;
  /** Where the caller stands, as an item of `RateLimit`; empty for a limit that says nothing of itself. */
  standing(taken: Taken): string;
  refusal(taken: Taken, now_ms: number): Refusal;
  /** Keeps something until the call is over. */
  readonly holds?: true;
};

export type Place = { workspace: string; subject: string };

/** Names are settings' names, so they need no escapes: `"few";r=42;t=7`, 42 calls left, and all of them again in 7 seconds. */
function standingOf(limit: PlanLimit): Meter["standing"] {
  const item = `"${titleOf(limit)}";r=`;
  return ({ remaining, reset_ms }) => `${item}${remaining};t=${Math.ceil(reset_ms / 1000)}`;
}

export function retryAfter(seconds: number): string[] {
  return ["retry-after", String(seconds)];
}

export function rateMeter(limit: PlanRateLimit, { workspace, subject }: Place, { counters }: PolicyTools): Meter {
  const { rate } = limit;
  const title = titleOf(limit);
  const owner = ownerBy(limit.by);
  // A bucket that is counted at another rate is another bucket.
  const prefix = `${placeOf(workspace, subject, limit)}/${rate.count}/${rate.window_ms}/`;
  return {
    take: (call, now_ms) => counters.take(prefix + owner(call), limit, now_ms),
    giveBack: (call) => counters.giveBack?.(prefix + owner(call)),
    policy: `"${title}";q=${rate.count};w=${Math.ceil(rate.window_ms / 1000)}`,
    standing: standingOf(limit),
    refusal({ retry_after_ms }) {
      const seconds = Math.max(1, Math.ceil(retry_after_ms / 1000));
      const detail = `The limit "${title}" is ${rate.count} calls per ${rate.window_ms} ms; try again in ${seconds} s.`;
      return { code: "rate_limited", detail, headers: retryAfter(seconds) };
    },
  };
}

export function quotaMeter(limit: PlanQuota, { workspace, subject }: Place, { quotas }: PolicyTools): Meter {
  const { quota } = limit;
  const title = titleOf(limit);
  const owner = ownerBy(limit.by);
  // A quota that is raised goes on from what was used of it.
  const prefix = `${placeOf(workspace, subject, limit)}/${quota.window}/`;
  let span = spanOf(quota.window, 0);
  const askAt = (now_ms: number) => {
    if (now_ms >= span.ends_ms || now_ms < span.begins_ms) span = spanOf(quota.window, now_ms);
    return { count: quota.count, ends_ms: span.ends_ms };
  };
  const seconds = secondsOf(quota.window);
  return {
    take: (call, now_ms) => quotas.take(prefix + owner(call), askAt(now_ms), now_ms),
    giveBack: (call, now_ms) => quotas.giveBack(prefix + owner(call), askAt(now_ms), now_ms),
    // Months differ in length, so that their window has no number.
    policy: `"${title}";q=${quota.count}${seconds === undefined ? "" : `;w=${seconds}`}`,
    standing: standingOf(limit),
    refusal({ retry_after_ms }, now_ms) {
      const again = new Date(now_ms + retry_after_ms).toISOString();
      const detail = `The quota "${title}" of ${quota.count} calls a ${quota.window} is spent; it begins anew at ${again}.`;
      return { code: "quota_spent", detail, headers: retryAfter(Math.max(1, Math.ceil(retry_after_ms / 1000))) };
    },
  };
}
