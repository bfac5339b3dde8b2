// What the rate-limit policy does, as data.
import type { PlanLimit } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const twoAMinute: PlanLimit = { name: "few", by: "consumer", rate: { count: 2, window_ms: 60_000 }, burst: 2 };
const manyByRoute: PlanLimit = { name: "all", by: "route", rate: { count: 3, window_ms: 1000 }, burst: 3 };
const oneByAddress: PlanLimit = { name: "guests", by: "address", rate: { count: 1, window_ms: 1000 }, burst: 1 };

const from = (client_address: string, gives: CaseCall["gives"], at_ms = 0): CaseCall => ({
  client_address,
  gives,
  at_ms,
});

export const cases: PolicyCase[] = [
  {
    name: "the burst passes, the next is refused and told when to come back",
    subject: { ...publicRoute, limits: [twoAMinute] },
    calls: [
      { gives: "pass", headers: ["ratelimit-policy", '"few";q=2;w=60', "ratelimit", '"few";r=1;t=30'] },
      { gives: "pass", headers: ["ratelimit-policy", '"few";q=2;w=60', "ratelimit", '"few";r=0;t=60'] },
      {
        gives: "rate_limited",
        headers: ["ratelimit-policy", '"few";q=2;w=60', "ratelimit", '"few";r=0;t=60', "retry-after", "30"],
      },
      { at_ms: 29_999, gives: "rate_limited" },
      { at_ms: 30_000, gives: "pass" },
      { at_ms: 30_001, gives: "rate_limited" },
    ],
  },
  {
    name: "strangers are told apart by address, IPv6 by its /64",
    subject: { ...publicRoute, limits: [oneByAddress] },
    calls: [
      from("192.0.2.1", "pass"),
      from("192.0.2.2", "pass"),
      from("192.0.2.1", "rate_limited"),
      from("2001:db8::1", "pass"),
      from("2001:db8::2", "rate_limited"),
      from("2001:db8:0:1::1", "pass"),
    ],
  },
  {
    name: "of two limits the tighter one refuses, and both say where the caller stands",
    subject: { ...publicRoute, limits: [manyByRoute, oneByAddress] },
    calls: [
      {
        gives: "pass",
        headers: [
          "ratelimit-policy",
          '"all";q=3;w=1, "guests";q=1;w=1',
          "ratelimit",
          '"all";r=2;t=1, "guests";r=0;t=1',
        ],
      },
      { gives: "rate_limited" },
      { ...from("192.0.2.9", "pass") },
      { ...from("192.0.2.10", "rate_limited") },
    ],
  },
];
