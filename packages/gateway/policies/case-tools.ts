// What policies get in their cases: everything real but the clock.
import { createHash } from "node:crypto";
import { idSource, type Log, type SimulatedClock, simulatedClock } from "@holdfast/base";
import type { Connections } from "@holdfast/net";
import { createSharedPaces, newPacesBuffer } from "../counters/paces.ts";
import { createSharedPlaces, newPlacesBuffer } from "../counters/places.ts";
import { createSharedQuotas, newQuotaBuffer } from "../counters/quotas.ts";
import { createSharedCounters, newBuffer } from "../counters/shared.ts";
import { createSharedSliding, newSlidingBuffer } from "../counters/sliding-quotas.ts";
import { CASE_CONSUMERS, type PolicyCase } from "./case.ts";
import { indexConsumers } from "./consumers.ts";
import type { PolicyTools } from "./policy.ts";

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** New for each case: nothing of one is counted in another. */
export function caseTools(
  connections: Connections,
  { consumer_plans = [] }: Pick<PolicyCase, "consumer_plans"> = {},
): PolicyTools & { clock: SimulatedClock } {
  const clock = simulatedClock();
  const consumers = CASE_CONSUMERS.map((consumer) => ({
    ...consumer,
    key_hashes: [createHash("sha256").update(`key-of-${consumer.name}`).digest("hex")],
  }));
  return {
    clock,
    counters: createSharedCounters(newBuffer(64)),
    quotas: createSharedQuotas(newQuotaBuffer(64)),
    sliding: createSharedSliding(newSlidingBuffer(64)),
    places: createSharedPlaces({ buffer: newPlacesBuffer(1, 64), threads: 1 }, 0),
    paces: createSharedPaces(newPacesBuffer(64)),
    consumers: indexConsumers({ consumers, consumer_plans }, clock),
    connections,
    ids: idSource(),
    log: silent,
  };
}
