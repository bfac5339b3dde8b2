// What the limits policy asks of one limit, whatever it counts: take, give back, and how to say where the caller stands.
import { type CalendarQuota, presentMany, presentWindow } from "@holdfast/base";
import type { PlanLimit, PlanQuota, PlanRateLimit } from "@holdfast/contract";
import { secondsOf, spanOf } from "../../counters/calendar.ts";
import { type Buckets, bucketsUnder, type KeyPart, keyPart, type Taken } from "../../counters/counters.ts";
import type { SlidingAsk } from "../../counters/sliding-window.ts";
import type { CountedSubject, PolicyCall, PolicyTools, Refusal } from "../policy.ts";
import { oneText } from "./one-text.ts";
import { isOfSubject, type OwnerOf, ownerBy, placeOf, placeOfWorkspace, titleOf, withinPlace } from "./owner.ts";

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
function standingOf(item: string, { remaining, reset_ms }: Taken): string {
  return `${item}${remaining};t=${Math.ceil(reset_ms / 1000)}`;
}

function itemOf(limit: PlanLimit): string {
  return `"${titleOf(limit)}";r=`;
}

export function retryAfter(seconds: number): string[] {
  return ["retry-after", String(seconds)];
}

/** The same for every subject of a workspace: where buckets are its own, the call brings them. */
export function rateMeter(limit: PlanRateLimit, workspace: string, { counters }: PolicyTools): Meter {
  return new RateMeter(limit, isOfSubject(limit) ? undefined : bucketsUnder(counters, placeOfWorkspace(workspace)));
}

/** An object, and no closures: every call looks at one of these. */
class RateMeter implements Meter {
  readonly policy: string;
  readonly #limit: PlanRateLimit;
  readonly #owner: OwnerOf;
  readonly #buckets: Buckets | undefined;
  readonly #part: KeyPart;
  readonly #item: string;

  constructor(limit: PlanRateLimit, buckets: Buckets | undefined) {
    const { rate } = limit;
    this.#limit = limit;
    this.#owner = ownerBy(limit.by);
    this.#buckets = buckets;
    // A bucket that is counted at another rate is another bucket.
    this.#part = keyPart(`${withinPlace(limit)}/${rate.count}/${rate.window_ms}/`);
    this.#item = oneText(itemOf(limit));
    this.policy = oneText(`"${titleOf(limit)}";q=${rate.count};w=${Math.ceil(rate.window_ms / 1000)}`);
  }

  take(call: PolicyCall, now_ms: number): Taken | Promise<Taken> {
    return this.#bucketsOf(call).take(this.#part, this.#owner(call), this.#limit, now_ms);
  }

  giveBack(call: PolicyCall): void | Promise<void> {
    return this.#bucketsOf(call).giveBack(this.#part, this.#owner(call));
  }

  #bucketsOf(call: PolicyCall): Buckets {
    return this.#buckets ?? (call.subject as CountedSubject).buckets;
  }

  standing(taken: Taken): string {
    return standingOf(this.#item, taken);
  }

  refusal({ retry_after_ms }: Taken): Refusal {
    const { rate } = this.#limit;
    const seconds = Math.max(1, Math.ceil(retry_after_ms / 1000));
    const detail = `The limit "${titleOf(this.#limit)}" is ${presentMany(rate.count, "call")} in ${presentWindow(rate.window_ms)}; try again in ${seconds} s.`;
    return { code: "rate_limited", detail, headers: retryAfter(seconds) };
  }
}

export function quotaMeter(limit: PlanQuota, place: Place, tools: PolicyTools): Meter {
  const { quota } = limit;
  const key = `${placeOf(place.workspace, place.subject, limit)}/`;
  const parts: QuotaParts = { title: titleOf(limit), item: itemOf(limit), owner: ownerBy(limit.by), key, tools };
  return "window" in quota ? calendarMeter(quota, parts) : slidingMeter(quota, parts);
}

/** `key`: what the keys of its counters begin with. A quota that is raised goes on from what was used of it. */
type QuotaParts = { title: string; item: string; owner: OwnerOf; key: string; tools: PolicyTools };

function calendarMeter({ count, window }: CalendarQuota, { title, item, owner, key, tools }: QuotaParts): Meter {
  const { quotas } = tools;
  const prefix = `${key}${window}/`;
  let span = spanOf(window, 0);
  const askAt = (now_ms: number) => {
    if (now_ms >= span.ends_ms || now_ms < span.begins_ms) span = spanOf(window, now_ms);
    return { count, ends_ms: span.ends_ms };
  };
  const seconds = secondsOf(window);
  return {
    take: (call, now_ms) => quotas.take(prefix + owner(call), askAt(now_ms), now_ms),
    giveBack: (call, now_ms) => quotas.giveBack(prefix + owner(call), askAt(now_ms), now_ms),
    // Months differ in length, so that their window has no number.
    policy: `"${title}";q=${count}${seconds === undefined ? "" : `;w=${seconds}`}`,
    standing: (taken) => standingOf(item, taken),
    refusal(taken, now_ms) {
      return spent(`The quota "${title}" of ${count} calls per ${window} is spent; it begins anew at`, taken, now_ms);
    },
  };
}

function slidingMeter(ask: SlidingAsk, { title, item, owner, key, tools }: QuotaParts): Meter {
  const { sliding } = tools;
  const prefix = `${key}${ask.window_ms}/`;
  const seconds = Math.ceil(ask.window_ms / 1000);
  return {
    take: (call, now_ms) => sliding.take(prefix + owner(call), ask, now_ms),
    giveBack: (call, now_ms) => sliding.giveBack(prefix + owner(call), ask, now_ms),
    policy: `"${title}";q=${ask.count};w=${seconds}`,
    standing: (taken) => standingOf(item, taken),
    refusal(taken, now_ms) {
      const what = `The quota "${title}" of ${ask.count} calls in any ${seconds} s is spent`;
      return spent(`${what}; the next call passes at`, taken, now_ms);
    },
  };
}

function spent(what: string, { retry_after_ms }: Taken, now_ms: number): Refusal {
  const again = new Date(now_ms + retry_after_ms).toISOString();
  const headers = retryAfter(Math.max(1, Math.ceil(retry_after_ms / 1000)));
  return { code: "quota_spent", detail: `${what} ${again}.`, headers };
}
