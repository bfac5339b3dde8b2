// Calls at once as a meter: a place is taken when the call is admitted and given back when it is over, whatever became of it.
import type { PlanConcurrency } from "@holdfast/contract";
import type { Taken } from "../../counters/counters.ts";
import type { Placed } from "../../counters/places.ts";
import { PerCall } from "../per-call.ts";
import type { PolicyCall, PolicyTools } from "../policy.ts";
import { type Meter, type Place, retryAfter } from "./meter.ts";
import { ownerBy, placeOf, titleOf } from "./owner.ts";

type Leave = () => void;

/** The places of the running calls of one subject. */
export class HeldPlaces {
  readonly #of = new PerCall<Map<Meter, Leave>>();
  readonly #over = new PerCall<true>();

  /** A place that comes when the client has left already is given back at once. */
  hold(call: PolicyCall, meter: Meter, leave: Leave): void {
    if (this.#over.get(call)) {
      leave();
      return;
    }
    const held = this.#of.get(call) ?? new Map<Meter, Leave>();
    held.set(meter, leave);
    this.#of.set(call, held);
  }

  giveBack(call: PolicyCall, meter: Meter): void {
    const held = this.#of.get(call);
    held?.get(meter)?.();
    held?.delete(meter);
  }

  /** The call is over. */
  release(call: PolicyCall): void {
    this.#over.set(call, true);
    for (const leave of this.#of.get(call)?.values() ?? []) leave();
    this.#of.delete(call);
  }
}

/** Nobody knows when a running call will end. */
const TRY_AGAIN_S = 1;

type Parts = { place: Place; tools: PolicyTools; held: HeldPlaces };

export function placesMeter(limit: PlanConcurrency, concurrency: number, { place, tools, held }: Parts): Meter {
  const title = titleOf(limit);
  const owner = ownerBy(limit.by);
  const prefix = `${placeOf(place.workspace, place.subject, limit)}/`;
  const keep = (call: PolicyCall, placed: Placed): Taken => {
    if (placed.allowed) held.hold(call, meter, placed.leave);
    const remaining = placed.allowed ? placed.remaining : 0;
    return { allowed: placed.allowed, remaining, retry_after_ms: 0, reset_ms: 0, limit: concurrency };
  };
  const meter: Meter = {
    take(call) {
      const placed = tools.places.take(prefix + owner(call), concurrency);
      return placed instanceof Promise ? placed.then((given) => keep(call, given)) : keep(call, placed);
    },
    giveBack: (call) => held.giveBack(call, meter),
    holds: true,
    policy: `"${title}";q=${concurrency};qu="concurrent-requests"`,
    standing: ({ remaining }) => `"${title}";r=${remaining}`,
    refusal: () => ({
      code: "too_many_at_once",
      detail: `The limit "${title}" is ${concurrency} calls at the same time; try again when one has ended.`,
      headers: retryAfter(TRY_AGAIN_S),
    }),
  };
  return meter;
}
