import { expect, it } from "vitest";
import { gatewayTime_us, phaseBars } from "./phases.ts";

const phases = {
  receive_us: 80,
  identify_us: 30,
  admit_us: 10,
  choose_us: 10,
  connect_us: 0,
  send_us: 130,
  wait_us: 9_740,
  reply_us: 90_000,
};
const call = { phases, duration_us: 100_000, error_origin: null, outcome: "ok" };

it("lays phases end to end over the whole call", () => {
  const bars = phaseBars(call);
  expect(bars.at(-1)).toMatchObject({ name: "reply", from: 0.1, length: 0.9 });
  expect(bars.reduce((sum, bar) => sum + bar.length, 0)).toBeCloseTo(1);
});
it("counts as the gateway's what it did itself", () => expect(gatewayTime_us(call)).toBe(130));
it("marks where an upstream failed", () => {
  const cut = { ...call, error_origin: "upstream" as const, outcome: "upstream_body_cut" };
  expect(phaseBars(cut).find((bar) => bar.tone === "failed")?.name).toBe("reply");
});
it("marks no phase of an answer that arrived whole", () => {
  const refused = { ...call, error_origin: "upstream" as const, outcome: "upstream_error" };
  expect(phaseBars(refused).some((bar) => bar.tone === "failed")).toBe(false);
});
it("keeps phases that were not reached", () => {
  const early = { ...call, phases: { ...phases, wait_us: null, reply_us: null } };
  expect(phaseBars(early).at(-1)).toMatchObject({ took_us: null, length: 0 });
});
it("does not divide by nothing", () => {
  const none = {
    ...call,
    duration_us: 0,
    phases: Object.fromEntries(Object.keys(phases).map((key) => [key, null])) as never,
  };
  expect(phaseBars(none)[0]?.length).toBe(0);
});
