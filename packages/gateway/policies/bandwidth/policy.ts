// Bytes of bodies in a time, each way by itself: after each piece its source is held off for as long as the pace wants, so nothing is
// gathered here. A call of somebody who is far ahead waits before it goes on, and past LIMITS.bandwidth_wait_ms it is refused.
import { LIMITS } from "@holdfast/base";
import type { PlanBandwidth, PlanLimit } from "@holdfast/contract";
import { byPlan } from "../limits/by-plan.ts";
import { ownerBy, placeOf } from "../limits/owner.ts";
import { PerCall } from "../per-call.ts";
import { definePolicy, type PolicyCall, type PolicyTools, type Verdict } from "../policy.ts";

type Pace = { limit: PlanBandwidth; keyOf: (call: PolicyCall) => string };

export const bandwidth = definePolicy({
  id: "bandwidth",
  about: {
    title: "Bandwidth",
    settings: ["limits", "plans"],
    guide: "limits.md#kinds-of-limits",
    elsewhere: { kong: undefined, envoy: "bandwidth_limit", nginx: "limit_rate" },
  },
  prepare(subject, tools) {
    if (subject.kind !== "route") return undefined;
    const pacesOf = (limits: readonly PlanLimit[]) =>
      limits.filter((limit) => "bandwidth" in limit).map((limit) => paceOf(limit, subject.workspace, subject.subject));
    const own = pacesOf(subject.limits);
    const paces = byPlan(subject.workspace, tools.consumers, (limits) => [...own, ...pacesOf(limits)]);
    if (paces.all.every(({ length }) => length === 0)) return undefined;
    return {
      admit: (call) => admit(call, paces.of(call), tools),
      body: (_, call, chunk) => void hold(call, "body", chunk.length, paces.of(call), tools),
      replyData: (call, chunk) => hold(call, "reply", chunk.length, paces.of(call), tools),
    };
  },
});

function paceOf(limit: PlanBandwidth, workspace: string, subject: string): Pace {
  const { bytes, window_ms } = limit.bandwidth;
  const prefix = `${placeOf(workspace, subject, limit)}/${bytes}/${window_ms}/`;
  const owner = ownerBy(limit.by);
  const known = new PerCall<string>();
  return {
    limit,
    keyOf(call) {
      const key = known.get(call) ?? prefix + owner(call);
      known.set(call, key);
      return key;
    },
  };
}

type Side = "body" | "reply";

/** The longest that any of the limits wants the call to wait after `bytes` more. */
function waitAfter(call: PolicyCall, side: Side, bytes: number, paces: Pace[], tools: PolicyTools): number {
  const now_us = tools.clock.monotonicMicros();
  let wait_ms = 0;
  for (const { limit, keyOf } of paces) {
    const asked_ms = tools.paces.take(`${keyOf(call)}/${side}`, limit.bandwidth, bytes, now_us);
    if (asked_ms > wait_ms) wait_ms = asked_ms;
  }
  return wait_ms;
}

function hold(call: PolicyCall, side: Side, bytes: number, paces: Pace[], tools: PolicyTools): void {
  const wait_ms = waitAfter(call, side, bytes, paces, tools);
  if (wait_ms > 0) call.hold(side, wait_ms);
}

function admit(call: PolicyCall, paces: Pace[], tools: PolicyTools): Verdict | Promise<Verdict> {
  const up_ms = call.has_body ? waitAfter(call, "body", 0, paces, tools) : 0;
  const wait_ms = Math.max(up_ms, waitAfter(call, "reply", 0, paces, tools));
  if (wait_ms === 0) return undefined;
  if (wait_ms <= LIMITS.bandwidth_wait_ms) return tools.clock.sleep(wait_ms).then(() => undefined);
  const seconds = Math.ceil(wait_ms / 1000);
  const detail = `More bytes are under way already than the bandwidth that is allowed here moves in ${seconds} s.`;
  return { code: "rate_limited", detail, headers: ["retry-after", String(seconds)] };
}
