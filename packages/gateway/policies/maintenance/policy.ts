// Maintenance: everybody is told to come back later, but those who are to try it out. Where some of them are known by their name,
// the answer waits until callers have said who they are.
import { addressSet, type Clock } from "@holdfast/base";
import type { PlanMaintenance } from "@holdfast/contract";
import { definePolicy, type PolicyCall, type Refusal } from "../policy.ts";

export const maintenance = definePolicy({
  id: "maintenance",
  about: {
    title: "Maintenance",
    settings: ["maintenance"],
    guide: "lifecycle.md#off-for-a-while",
    elsewhere: { kong: "request-termination", envoy: "direct_response", nginx: "return 503" },
  },
  prepare({ maintenance, workspace }, { clock, consumers }) {
    if (!maintenance) return undefined;
    const spared = addressSet(maintenance.addresses);
    const is_open = (call: PolicyCall) => !isOn(maintenance, clock) || spared(call.client_address);
    if (maintenance.consumers.length === 0)
      return { receive: (call) => (is_open(call) ? undefined : refusal(maintenance, clock)) };
    const names = new Set(maintenance.consumers);
    const isSpared = (name: string | undefined): boolean => {
      if (name === undefined) return false;
      return names.has(name) || (consumers.byName(workspace, name)?.groups ?? []).some((group) => names.has(group));
    };
    return {
      admit: (call) => (is_open(call) || isSpared(call.consumer) ? undefined : refusal(maintenance, clock)),
    };
  },
});

function isOn({ from, until }: PlanMaintenance, clock: Clock): boolean {
  if (from === undefined && until === undefined) return true;
  const now = clock.now();
  return (from === undefined || now >= from) && (until === undefined || now < until);
}

function refusal({ message, until, retry_after_ms }: PlanMaintenance, clock: Clock): Refusal {
  const wait_ms = until === undefined ? retry_after_ms : until - clock.now();
  return {
    code: "under_maintenance",
    detail: message,
    headers: ["retry-after", String(Math.max(1, Math.ceil(wait_ms / 1000)))],
  };
}
