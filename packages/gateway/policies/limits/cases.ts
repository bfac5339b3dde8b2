// What the limits policy does, as data.
import type { ConsumerPlan, PlanLimit } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const twoAMinute: PlanLimit = { name: "few", by: "consumer", rate: { count: 2, window_ms: 60_000 }, burst: 2 };
const manyByRoute: PlanLimit = { name: "all", by: "route", rate: { count: 3, window_ms: 1000 }, burst: 3 };
const oneByAddress: PlanLimit = { name: "guests", by: "address", rate: { count: 1, window_ms: 1000 }, burst: 1 };
const twoADay: PlanLimit = { name: "daily", by: "address", quota: { count: 2, window: "day" } };
const oneAMonth: PlanLimit = { name: "monthly", by: "route", quota: { count: 1, window: "month" } };
const twoInAnyDay: PlanLimit = { name: "day", by: "address", quota: { count: 2, window_ms: 86_400_000 } };
const twoAtOnce: PlanLimit = { name: "busy", by: "address", concurrency: 2 };
const tenants: PlanLimit = { name: "tenants", by: "header:x-tenant", rate: { count: 1, window_ms: 1000 }, burst: 1 };
const everywhere: PlanLimit = { name: "everywhere", by: "workspace", rate: { count: 1, window_ms: 1000 }, burst: 1 };

const gold = (...limits: PlanLimit[]): ConsumerPlan[] => [
  { workspace: "acme", name: "gold", limits: limits.map((limit) => ({ ...limit, plan: "gold" })) },
];

/** The cases begin on 2026-01-05, 09:00 UTC. */
const HOUR_MS = 3_600_000;
const NEXT_DAY_MS = 15 * HOUR_MS;
const NEXT_MONTH_MS = NEXT_DAY_MS + 26 * 24 * HOUR_MS;

const from = (client_address: string, gives: CaseCall["gives"], at_ms = 0): CaseCall => ({
  client_address,
  gives,
  at_ms,
});
const tenant = (name: string, gives: CaseCall["gives"]): CaseCall => ({ request_headers: ["x-tenant", name], gives });

const by = (called_by: string, gives: CaseCall["gives"], more: Partial<CaseCall> = {}): CaseCall => ({
  ...{ called_by, consumer: called_by, gives },
  ...more,
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
    name: "of two limits the tighter one refuses, both say where the caller stands, and the other keeps nothing of it",
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
      { gives: "rate_limited" },
      from("192.0.2.9", "pass"),
      from("192.0.2.10", "pass"),
      from("192.0.2.11", "rate_limited"),
    ],
  },
  {
    name: "a quota is spent until its day ends, which is not a matter of slowing down",
    subject: { ...publicRoute, limits: [twoADay] },
    calls: [
      { gives: "pass", headers: ["ratelimit-policy", '"daily";q=2;w=86400', "ratelimit", '"daily";r=1;t=54000'] },
      { at_ms: HOUR_MS, gives: "pass" },
      {
        at_ms: NEXT_DAY_MS - 1000,
        gives: "quota_spent",
        headers: ["ratelimit-policy", '"daily";q=2;w=86400', "ratelimit", '"daily";r=0;t=1', "retry-after", "1"],
      },
      from("192.0.2.9", "pass", NEXT_DAY_MS - 1000),
      { at_ms: NEXT_DAY_MS, gives: "pass" },
    ],
  },
  {
    name: "a quota of the month ends with the month; its window has no one length",
    subject: { ...publicRoute, limits: [oneAMonth] },
    calls: [
      { gives: "pass", headers: ["ratelimit-policy", '"monthly";q=1', "ratelimit", '"monthly";r=0;t=2300400'] },
      { at_ms: NEXT_MONTH_MS - 1, gives: "quota_spent" },
      { at_ms: NEXT_MONTH_MS, gives: "pass" },
    ],
  },
  {
    name: "a quota that slides forgets calls an hour at a time, and says when the next one passes",
    subject: { ...publicRoute, limits: [twoInAnyDay] },
    calls: [
      { gives: "pass", headers: ["ratelimit-policy", '"day";q=2;w=86400', "ratelimit", '"day";r=1;t=90000'] },
      { at_ms: 12 * HOUR_MS, gives: "pass" },
      {
        at_ms: 16 * HOUR_MS,
        gives: "quota_spent",
        headers: ["ratelimit-policy", '"day";q=2;w=86400', "ratelimit", '"day";r=0;t=75600', "retry-after", "32400"],
      },
      from("192.0.2.9", "pass", 16 * HOUR_MS),
      { at_ms: 25 * HOUR_MS - 1, gives: "quota_spent" },
      { at_ms: 25 * HOUR_MS, gives: "pass" },
      { at_ms: 25 * HOUR_MS, gives: "quota_spent" },
    ],
  },
  {
    name: "of a quota that slides too, what another limit refused is given back",
    subject: { ...publicRoute, limits: [twoInAnyDay, oneByAddress] },
    calls: [
      { gives: "pass" },
      { gives: "rate_limited" },
      { gives: "rate_limited" },
      { at_ms: 1000, gives: "pass" },
      { at_ms: 2000, gives: "quota_spent" },
    ],
  },
  {
    name: "a call that a quota refused is given back to the rate",
    subject: { ...publicRoute, limits: [twoAMinute, twoADay] },
    calls: [
      { gives: "pass" },
      { gives: "pass" },
      { at_ms: 60_000, gives: "quota_spent" },
      { at_ms: 60_000, gives: "quota_spent" },
      { at_ms: 60_000, gives: "quota_spent" },
    ],
  },
  {
    name: "and one that the rate refused, to the quota and to the calls at once",
    subject: { ...publicRoute, limits: [twoAtOnce, twoADay, oneByAddress] },
    calls: [
      { gives: "pass", ends: true },
      { gives: "rate_limited", ends: true },
      { gives: "rate_limited", ends: true },
      { gives: "rate_limited", ends: true },
      { at_ms: 1000, gives: "pass" },
      { at_ms: 2000, gives: "quota_spent" },
    ],
  },
  {
    name: "calls at once: the next passes when one has ended",
    subject: { ...publicRoute, limits: [twoAtOnce] },
    calls: [
      {
        gives: "pass",
        headers: ["ratelimit-policy", '"busy";q=2;qu="concurrent-requests"', "ratelimit", '"busy";r=1'],
      },
      { gives: "pass", ends: true },
      { gives: "pass" },
      {
        gives: "too_many_at_once",
        headers: [
          "ratelimit-policy",
          '"busy";q=2;qu="concurrent-requests"',
          "ratelimit",
          '"busy";r=0',
          "retry-after",
          "1",
        ],
      },
      { gives: "too_many_at_once", ends: true },
      from("192.0.2.9", "pass"),
    ],
  },
  {
    name: "calls at once that the service's speed decides: 32 before it is known",
    subject: { ...publicRoute, limits: [{ name: "auto", by: "route", concurrency: "auto" }] },
    calls: [
      ...Array.from({ length: 31 }, (): CaseCall => ({ gives: "pass" })),
      { gives: "pass", answered: { status: 200 }, ends: true },
      { gives: "pass" },
      { gives: "overloaded", headers: ["retry-after", "1"] },
    ],
  },
  {
    name: "callers are told apart by a header; without it by address, which no value can imitate",
    subject: { ...publicRoute, limits: [tenants] },
    calls: [
      tenant("a", "pass"),
      tenant("b", "pass"),
      tenant("a", "rate_limited"),
      { gives: "pass" },
      { gives: "rate_limited" },
      tenant("@127.0.0.1", "pass"),
      tenant("x".repeat(5000), "pass"),
      tenant("x".repeat(5000), "rate_limited"),
      tenant(`${"x".repeat(4999)}y`, "pass"),
    ],
  },
  {
    name: "a whole workspace",
    subject: { ...publicRoute, limits: [everywhere] },
    calls: [from("192.0.2.1", "pass"), from("192.0.2.2", "rate_limited")],
  },
  {
    name: "limits of a plan: each consumer that is on it by itself, nobody else",
    subject: publicRoute,
    consumer_plans: gold(twoAMinute),
    calls: [
      by("member", "pass", {
        headers: ["ratelimit-policy", '"gold/few";q=2;w=60', "ratelimit", '"gold/few";r=1;t=30'],
      }),
      by("member", "pass"),
      by("member", "rate_limited"),
      by("regular", "pass"),
      by("app", "pass", { headers: [] }),
      { gives: "pass", headers: [] },
    ],
  },
  {
    name: "of a plan by workspace: its consumers together, apart from the workspace's own limit of that name",
    subject: { ...publicRoute, limits: [{ ...everywhere, rate: { count: 2, window_ms: 1000 }, burst: 2 }] },
    consumer_plans: gold(everywhere),
    calls: [by("member", "pass"), by("regular", "rate_limited"), by("app", "pass"), by("app", "rate_limited")],
  },
  {
    name: "what a route's own limit refused, the plan's gets back",
    subject: { ...publicRoute, limits: [manyByRoute] },
    consumer_plans: gold({ name: "daily", by: "consumer", quota: { count: 2, window_ms: 86_400_000 } }),
    calls: [
      by("app", "pass"),
      by("app", "pass"),
      by("member", "pass"),
      by("member", "rate_limited"),
      by("member", "rate_limited"),
      by("member", "pass", { at_ms: 1000 }),
      by("member", "quota_spent", { at_ms: 2000 }),
    ],
  },
  {
    name: "and what the plan's refused, the route's",
    subject: { ...publicRoute, limits: [manyByRoute] },
    consumer_plans: gold({ ...twoAtOnce, by: "consumer", concurrency: 1 }),
    calls: [
      by("member", "pass"),
      by("member", "too_many_at_once", { ends: true }),
      by("member", "too_many_at_once", { ends: true }),
      by("app", "pass"),
      by("app", "pass"),
      by("app", "rate_limited"),
    ],
  },
];
