// Limits on calls: one exact counter for each consumer, address or route, shared by all workers. Says where the caller stands in
// the headers of draft-ietf-httpapi-ratelimit-headers-10; `Retry-After` says when a refused call will pass.
import type { PlanLimit } from "@holdfast/contract";
import { networkOf } from "../../addresses/network.ts";
import type { Taken } from "../../counters/counters.ts";
import { definePolicy, type PolicyCall, type PolicyTools, type Refusal } from "../policy.ts";

type Bucket = { limit: PlanLimit; prefix: string };

/** One subject's limits. `told`: when the log last heard that nothing is counted. */
type Prepared = { buckets: Bucket[]; policy_header: string; told: { at_ms: number } };

const TELL_EVERY_MS = 10_000;

export const rateLimit = definePolicy({
  id: "rate-limit",
  prepare({ workspace, subject, limits }, tools) {
    if (limits.length === 0) return undefined;
    const buckets = limits.map((limit) => ({ limit, prefix: prefixOf(`${workspace}/${subject}`, limit) }));
    const policy_header = limits.map(describe).join(", ");
    const told = { at_ms: Number.NEGATIVE_INFINITY };
    return { admit: (call) => admit(call, { buckets, policy_header, told }, tools) };
  },
});

/** A bucket that is counted at another rate is another bucket. */
function prefixOf(place: string, { name, rate }: PlanLimit): string {
  return `${place}/${name}/${rate.count}/${rate.window_ms}/`;
}

/** `"burst";q=100;w=60`: 100 calls in 60 seconds. Names are settings' names, so they need no escapes. */
function describe({ name, rate }: PlanLimit): string {
  return `"${name}";q=${rate.count};w=${Math.ceil(rate.window_ms / 1000)}`;
}

/** Takes from one bucket after the other and stops at the first that is empty; what was taken before stays taken. */
function admit(
  call: PolicyCall,
  prepared: Prepared,
  tools: PolicyTools,
): Refusal | undefined | Promise<Refusal | undefined> {
  const { buckets, policy_header } = prepared;
  call.reply_headers.push("ratelimit-policy", policy_header);
  const now_ms = tools.clock.now();
  const standing: string[] = [];
  for (let index = 0; index < buckets.length; index++) {
    const bucket = buckets[index] as Bucket;
    const taken = tools.counters.take(bucket.prefix + ownerOf(call, bucket.limit), bucket.limit, now_ms);
    if (taken instanceof Promise) return admitLater(call, prepared, { index, taken, standing }, tools);
    standing.push(standingIn(bucket.limit, taken));
    if (!taken.allowed) return refuse(call, bucket.limit, taken, standing);
  }
  call.reply_headers.push("ratelimit", standing.join(", "));
  return undefined;
}

/** The same over counters that have to be waited for, from the bucket that is asked already. */
async function admitLater(
  call: PolicyCall,
  { buckets, told }: Prepared,
  asked: { index: number; taken: Promise<Taken>; standing: string[] },
  { clock, counters, log }: PolicyTools,
): Promise<Refusal | undefined> {
  const { standing } = asked;
  try {
    for (let index = asked.index; index < buckets.length; index++) {
      const { limit, prefix } = buckets[index] as Bucket;
      const first = index === asked.index;
      const taken = await (first ? asked.taken : counters.take(prefix + ownerOf(call, limit), limit, clock.now()));
      standing.push(standingIn(limit, taken));
      if (!taken.allowed) return refuse(call, limit, taken, standing);
    }
    call.reply_headers.push("ratelimit", standing.join(", "));
  } catch (error) {
    // Counters that are out of reach must not stop the traffic that they are there to protect.
    if (clock.now() - told.at_ms > TELL_EVERY_MS) {
      told.at_ms = clock.now();
      log.warn(
        { workspace: call.workspace, error: String(error) },
        "limits are not counted: shared counters do not answer",
      );
    }
  }
  return undefined;
}

function ownerOf(call: PolicyCall, { by }: PlanLimit): string {
  if (by === "route") return "";
  // Who did not say who they are is told apart by address. The mark keeps an address from being taken for a name.
  if (by === "consumer" && call.consumer !== undefined) return call.consumer;
  return `@${networkOf(call.client_address)}`;
}

/** `"burst";r=42;t=7`: 42 calls left, and all of them again in 7 seconds. */
function standingIn({ name }: PlanLimit, { remaining, reset_ms }: Taken): string {
  return `"${name}";r=${remaining};t=${Math.ceil(reset_ms / 1000)}`;
}

function refuse(call: PolicyCall, { name, rate }: PlanLimit, { retry_after_ms }: Taken, standing: string[]): Refusal {
  call.reply_headers.push("ratelimit", standing.join(", "));
  const seconds = Math.max(1, Math.ceil(retry_after_ms / 1000));
  return {
    code: "rate_limited",
    detail: `The limit "${name}" is ${rate.count} calls per ${rate.window_ms} ms; try again in ${seconds} s.`,
    headers: ["retry-after", String(seconds)],
  };
}
