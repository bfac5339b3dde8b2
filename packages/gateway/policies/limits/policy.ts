// Limits on calls: rates, quotas and calls at once, counted for whoever each limit names, shared by all workers or nodes. A call that
// one limit refuses takes nothing from the others. Plans of consumers have limits too, over all that their consumers call. Says where the caller stands in the headers of
// draft-ietf-httpapi-ratelimit-headers-10; `Retry-After` says when a refused call will pass. Bytes are bandwidth's subject.
import type { PlanLimit } from "@holdfast/contract";
import type { Taken } from "../../counters/counters.ts";
import type { HeaderLines } from "../../transport/header-lines.ts";
import {
  definePolicy,
  type Hooks,
  type PolicyCall,
  type PolicySubject,
  type PolicyTools,
  type Refusal,
} from "../policy.ts";
import { type AdaptiveMeter, adaptiveMeter } from "./adaptive-meter.ts";
import { byPlan } from "./by-plan.ts";
import { type Meter, type Place, quotaMeter, rateMeter } from "./meter.ts";
import { oneText } from "./one-text.ts";
import { HeldPlaces, placesMeter } from "./places.ts";

/** A subject's limits, with those of a plan. `told`: when the log last heard that nothing is counted. */
type Prepared = { meters: Meter[]; policy_line: HeaderLines; told: { at_ms: number } };

const TELL_EVERY_MS = 10_000;

export const limits = definePolicy({
  id: "limits",
  about: {
    title: "Limits: rates, quotas, calls at once",
    settings: ["limits", "plans"],
    guide: "limits.md",
    elsewhere: {
      kong: "rate-limiting, rate-limiting-advanced",
      envoy: "local_ratelimit, ratelimit, admission_control",
      nginx: "limit_req, limit_conn",
    },
  },
  prepare(subject, tools) {
    const of_plans = tools.consumers.plansOf(subject.workspace).flatMap(({ limits }) => limits);
    return [...subject.limits, ...of_plans].every((limit) => "rate" in limit)
      ? sharedHooks(subject, tools)
      : hooksOf(subject, tools);
  },
});

type Limited = Pick<PolicySubject, "workspace" | "subject" | "limits">;

/**
 * Rates keep nothing of a subject but its buckets, and these come with the call: subjects with the same limits have the same hooks.
 * With thousands of them their own would be in no cache. By the tools of a plan, by limits, by workspace.
 */
const shared = new WeakMap<PolicyTools, Map<readonly PlanLimit[], Map<string, Hooks | undefined>>>();

function sharedHooks(subject: Limited, tools: PolicyTools): Hooks | undefined {
  const of_tools = kept(shared, tools, () => new Map<readonly PlanLimit[], Map<string, Hooks | undefined>>());
  const of_limits = kept(of_tools, subject.limits, () => new Map<string, Hooks | undefined>());
  return kept(of_limits, subject.workspace, () => hooksOf(subject, tools));
}

function kept<Key, Value>(map: Keeping<Key, Value>, key: Key, make: () => Value): Value {
  if (!map.has(key)) map.set(key, make());
  return map.get(key) as Value;
}

type Keeping<Key, Value> = {
  has(key: Key): boolean;
  get(key: Key): Value | undefined;
  set(key: Key, made: Value): unknown;
};

function hooksOf({ workspace, subject, limits }: Limited, tools: PolicyTools): Hooks | undefined {
  const held = new HeldPlaces();
  const metersOf = (some: readonly PlanLimit[]) =>
    some.flatMap((limit) => meterOf(limit, { workspace, subject }, tools, held));
  const own = metersOf(limits);
  const told = { at_ms: Number.NEGATIVE_INFINITY };
  const prepared = byPlan(workspace, tools.consumers, (of_plan): Prepared => {
    const meters = [...own, ...metersOf(of_plan)];
    return { meters, policy_line: policyLine(meters), told };
  });
  if (prepared.all.every(({ meters }) => meters.length === 0)) return undefined;
  const { only } = prepared;
  const hooks: Hooks = only
    ? { admit: (call) => admit(call, only, tools) }
    : { admit: (call) => admit(call, prepared.of(call), tools) };
  const holds = prepared.all.some(({ meters }) => meters.some((meter) => meter.holds));
  const of_places: Hooks = holds ? { done: (call) => held.release(call) } : {};
  return { ...hooks, ...of_places, ...adaptiveHooks(own) };
}

function adaptiveHooks(meters: readonly Meter[]): Hooks {
  const adaptive = meters.filter((meter) => "reply" in meter) as AdaptiveMeter[];
  if (adaptive.length === 0) return {};
  return {
    reply(call, head) {
      for (const meter of adaptive) meter.reply(call, head);
    },
  };
}

function meterOf(limit: PlanLimit, place: Place, tools: PolicyTools, held: HeldPlaces): Meter[] {
  if ("rate" in limit) return [rateMeter(limit, place.workspace, tools)];
  if ("quota" in limit) return [quotaMeter(limit, place, tools)];
  if (!("concurrency" in limit)) return [];
  const parts = { place, tools, held };
  return [limit.concurrency === "auto" ? adaptiveMeter(limit, parts) : placesMeter(limit, limit.concurrency, parts)];
}

/** Takes from one after the other; the first that is empty refuses, and what was taken before is given back. */
function admit(
  call: PolicyCall,
  prepared: Prepared,
  tools: PolicyTools,
): Refusal | undefined | Promise<Refusal | undefined> {
  const { meters, policy_line } = prepared;
  call.reply_lines += policy_line;
  const now_ms = tools.clock.now();
  let standing = "";
  for (let index = 0; index < meters.length; index++) {
    const meter = meters[index] as Meter;
    const taken = meter.take(call, now_ms);
    if (taken instanceof Promise) return admitLater(call, prepared, { index, taken, now_ms, standing }, tools);
    standing = listed(standing, meter.standing(taken));
    if (taken.allowed) continue;
    for (let before = 0; before < index; before++) giveBack(call, meters[before] as Meter, now_ms, tools);
    return refuse(call, standing, meter.refusal(taken, now_ms));
  }
  tell(call, standing);
  return undefined;
}

function policyLine(meters: readonly Meter[]): HeaderLines {
  const policies = meters.flatMap(({ policy }) => policy ?? []).join(", ");
  return policies === "" ? "" : oneText(`ratelimit-policy: ${policies}\r\n`);
}

/** Numbers, and names as settings may have them: nothing that would end a line. */
function tell(call: PolicyCall, standing: string): void {
  if (standing !== "") call.reply_lines += `ratelimit: ${standing}\r\n`;
}

function listed(before: string, item: string): string {
  if (item === "") return before;
  return before === "" ? item : `${before}, ${item}`;
}

type Asked = { index: number; taken: Promise<Taken>; now_ms: number; standing: string };

/** The same over counters that have to be waited for, from the meter that is asked already: all others at the same time. */
async function admitLater(
  call: PolicyCall,
  prepared: Prepared,
  { index, taken, now_ms, standing: before }: Asked,
  tools: PolicyTools,
): Promise<Refusal | undefined> {
  const { meters } = prepared;
  const asked = meters.slice(index);
  const answers = await Promise.allSettled([taken, ...asked.slice(1).map(async (meter) => meter.take(call, now_ms))]);
  let standing = before;
  let refusal: Refusal | undefined;
  const passed = meters.slice(0, index);
  for (const [at, answer] of answers.entries()) {
    const meter = asked[at] as Meter;
    // Counters that are out of reach must not stop the traffic that they are there to protect.
    if (answer.status === "rejected") tellUncounted(call, prepared, answer.reason, tools);
    else {
      standing = listed(standing, meter.standing(answer.value));
      if (answer.value.allowed) passed.push(meter);
      else refusal ??= meter.refusal(answer.value, now_ms);
    }
  }
  if (refusal) {
    for (const meter of passed) giveBack(call, meter, now_ms, tools);
    return refuse(call, standing, refusal);
  }
  tell(call, standing);
  return undefined;
}

/** Nobody waits for it: the answer is a refusal whatever comes of this. */
function giveBack(call: PolicyCall, meter: Meter, now_ms: number, { log }: PolicyTools): void {
  meter
    .giveBack(call, now_ms)
    ?.catch((error: unknown) =>
      log.debug({ call: call.id, error: String(error) }, "what a refused call took of a limit stays taken"),
    );
}

function tellUncounted(call: PolicyCall, { told }: Prepared, error: unknown, { clock, log }: PolicyTools): void {
  if (clock.now() - told.at_ms <= TELL_EVERY_MS) return;
  told.at_ms = clock.now();
  log.warn(
    { workspace: call.workspace, error: String(error) },
    "limits are not counted: shared counters do not answer",
  );
}

function refuse(call: PolicyCall, standing: string, refusal: Refusal): Refusal {
  tell(call, standing);
  return refusal;
}
