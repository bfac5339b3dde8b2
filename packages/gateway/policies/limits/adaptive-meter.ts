// Calls at once of a service that says by its speed how many it takes: adaptive.ts as a meter. Each worker finds its own share.
import type { PlanConcurrency } from "@holdfast/contract";
import { PerCall } from "../per-call.ts";
import type { PolicyCall, PolicyTools, Refusal, ReplyHead } from "../policy.ts";
import { AdaptiveLimit } from "./adaptive.ts";
import { type Meter, type Place, retryAfter } from "./meter.ts";
import { placeOf } from "./owner.ts";
import type { HeldPlaces } from "./places.ts";

export type AdaptiveMeter = Meter & {
  /** The answer has begun. */
  reply(call: PolicyCall, head: ReplyHead): void;
};

/** What was learned outlives the plan it was learned under. One map for each worker, which is known by its places. */
const learned = new WeakMap<PolicyTools["places"], Map<string, AdaptiveLimit>>();

function limitOf(key: string, { places }: PolicyTools): AdaptiveLimit {
  const all = learned.get(places) ?? new Map<string, AdaptiveLimit>();
  learned.set(places, all);
  const known = all.get(key) ?? new AdaptiveLimit();
  all.set(key, known);
  return known;
}

const FULL: Refusal = {
  code: "overloaded",
  detail: "The service behind this route takes no more calls at the same time at present.",
  headers: retryAfter(1),
};

type Parts = { place: Place; tools: PolicyTools; held: HeldPlaces };

export function adaptiveMeter(limit: PlanConcurrency, { place, tools, held }: Parts): AdaptiveMeter {
  const found = limitOf(placeOf(place.workspace, place.subject, limit), tools);
  const let_in_us = new PerCall<number>();
  const meter: AdaptiveMeter = {
    take(call) {
      const allowed = found.enter();
      if (allowed) {
        held.hold(call, meter, () => found.leave());
        let_in_us.set(call, tools.clock.monotonicMicros());
      }
      const remaining = Math.max(0, found.limit - found.running);
      return { allowed, remaining, retry_after_ms: 0, reset_ms: 0, limit: found.limit };
    },
    giveBack: (call) => held.giveBack(call, meter),
    holds: true,
    // The number moves, so that a header which says it would be wrong before it arrives.
    policy: undefined,
    standing: () => "",
    refusal: () => FULL,
    reply(call, { status }) {
      const since_us = let_in_us.get(call);
      // A service that fails at once is not a fast one.
      if (since_us === undefined || status >= 500) return;
      const now_us = tools.clock.monotonicMicros();
      found.sample(now_us - since_us, now_us);
    },
  };
  return meter;
}
