// Where a call's time went, as bars: each phase begins where the one before it ended.
import type { CallRecord } from "../../api/types.ts";

type PhaseName = "receive" | "identify" | "admit" | "choose" | "connect" | "send" | "wait" | "reply";

/** `tone`: the gateway's own work in ink, what the upstream took in the colour of calls, the part that failed in red. */
export type PhaseBar = {
  name: PhaseName;
  /** Null when the call never got there. */
  took_us: number | null;
  /** Shares of the whole call, from 0 to 1. */
  from: number;
  length: number;
  tone: "own" | "upstream" | "failed";
};

const order: readonly PhaseName[] = ["receive", "identify", "admit", "choose", "connect", "send", "wait", "reply"];
const own: ReadonlySet<PhaseName> = new Set(["receive", "identify", "admit", "choose"]);

type Timed = Pick<CallRecord, "phases" | "duration_us" | "error_origin" | "outcome">;

export function phaseBars(call: Timed): PhaseBar[] {
  const took = (name: PhaseName) => call.phases[`${name}_us`];
  const sum = order.reduce((total, name) => total + (took(name) ?? 0), 0);
  const whole = Math.max(sum, call.duration_us, 1);
  const failed = failedPhase(call);
  let at = 0;
  return order.map((name) => {
    const took_us = took(name);
    const bar: PhaseBar = {
      name,
      took_us,
      from: at / whole,
      length: (took_us ?? 0) / whole,
      tone: name === failed ? "failed" : own.has(name) ? "own" : "upstream",
    };
    at += took_us ?? 0;
    return bar;
  });
}

/** The last phase that a call of an upstream error reached. A whole answer with a bad status failed in no phase. */
function failedPhase({ phases, error_origin, outcome }: Timed): PhaseName | undefined {
  if (error_origin !== "upstream" || outcome === "upstream_error") return undefined;
  return order.findLast((name) => phases[`${name}_us`] !== null);
}

/** What the gateway itself added, in microseconds. */
export function gatewayTime_us(call: Timed): number {
  return [...own].reduce((total, name) => total + (call.phases[`${name}_us`] ?? 0), 0);
}
