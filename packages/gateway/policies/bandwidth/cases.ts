// What the bandwidth policy does to calls that begin, as data; how it slows a body down is limits.test.ts's subject.
import type { PlanLimit } from "@holdfast/contract";
import { type PolicyCase, publicRoute } from "../case.ts";

const slow: PlanLimit = { name: "slow", by: "address", bandwidth: { bytes: 1024, window_ms: 1000 } };

export const cases: PolicyCase[] = [
  {
    name: "who is far ahead is refused until the rest is a short wait; others are not touched",
    subject: { ...publicRoute, limits: [slow] },
    calls: [
      { body_pieces_bytes: [100 * 1024], gives: "pass" },
      { content_length: 5, gives: "rate_limited" },
      // Reading is another way.
      { gives: "pass" },
      { client_address: "192.0.2.9", content_length: 5, gives: "pass" },
      { at_ms: 73_000, content_length: 5, gives: "rate_limited" },
      { at_ms: 84_000, content_length: 5, gives: "pass" },
    ],
  },
  {
    name: "of a plan: for each consumer that is on it, and no other",
    subject: publicRoute,
    consumer_plans: [{ workspace: "acme", name: "gold", limits: [{ ...slow, by: "consumer", plan: "gold" }] }],
    calls: [
      { called_by: "member", consumer: "member", body_pieces_bytes: [100 * 1024], gives: "pass" },
      { called_by: "member", consumer: "member", content_length: 5, gives: "rate_limited" },
      { called_by: "regular", consumer: "regular", content_length: 5, gives: "pass" },
      { called_by: "app", consumer: "app", body_pieces_bytes: [1e6], gives: "pass" },
      { called_by: "app", consumer: "app", content_length: 5, gives: "pass" },
    ],
  },
  { name: "no bandwidth", subject: publicRoute, calls: [{ body_pieces_bytes: [1e6, 1e6], gives: "pass" }] },
];
