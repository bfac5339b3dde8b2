// What the lifecycle policy does, as data. Cases begin on 5 January 2026, 09:00 UTC.
import type { PlanLifecycle } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const START = Date.UTC(2026, 0, 5, 9);
const HOUR = 3_600_000;

const living = (more: Partial<PlanLifecycle>): PolicyCase["subject"] => ({
  ...publicRoute,
  lifecycle: { state: "deprecated", links: {}, brown_outs: [], ...more },
});

/** The share of a call comes from its id: this one's is 0.33. */
const early: CaseCall["id"] = "0199a0d0-0000-7000-8000-000000000000";

export const cases: PolicyCase[] = [
  {
    name: "a deprecated route answers, and says so",
    subject: living({
      deprecated_at: START,
      sunset_at: START + 2 * HOUR,
      links: { deprecation: "/why", sunset: "https://a.example/when", successor: "/v2/orders" },
    }),
    calls: [
      {
        gives: "pass",
        headers: [
          ...["deprecation", "@1767603600", "sunset", "Mon, 05 Jan 2026 11:00:00 GMT"],
          ...["link", '</why>; rel="deprecation"', "link", '<https://a.example/when>; rel="sunset"'],
          ...["link", '</v2/orders>; rel="successor-version"'],
        ],
      },
      // RFC 8594 section 3: the date is a hint, and nothing ends by itself.
      { at_ms: 3 * HOUR, gives: "pass" },
    ],
  },
  {
    name: "where settings say so, the sunset retires it",
    subject: living({ deprecated_at: START, sunset_at: START + HOUR, retire_at: START + HOUR }),
    calls: [
      { at_ms: HOUR - 1, gives: "pass" },
      {
        at_ms: HOUR,
        gives: "route_retired",
        headers: ["deprecation", "@1767603600", "sunset", "Mon, 05 Jan 2026 10:00:00 GMT"],
      },
    ],
  },
  {
    name: "a retired route is gone, and names its successor",
    subject: living({ state: "retired", links: { successor: "/v2" } }),
    calls: [{ gives: "route_retired", headers: ["link", '</v2>; rel="successor-version"'] }],
  },
  {
    name: "a brown-out refuses all, or its share of calls",
    subject: living({
      brown_outs: [
        { from: START + HOUR, until: START + 2 * HOUR, share: 1 },
        { from: START + 3 * HOUR, until: START + 4 * HOUR, share: 0.5 },
        { from: START + 5 * HOUR, until: START + 6 * HOUR, share: 0.1 },
      ],
    }),
    calls: [
      { gives: "pass" },
      { at_ms: HOUR, gives: "route_brown_out", headers: ["retry-after", "3600"] },
      { at_ms: 2 * HOUR, gives: "pass" },
      { at_ms: 3 * HOUR, id: early, gives: "route_brown_out" },
      { at_ms: 5 * HOUR, id: early, gives: "pass" },
    ],
  },
  { name: "a switch that is off", subject: { ...publicRoute, disabled: 503 }, calls: [{ gives: "route_disabled" }] },
  {
    name: "a switch that is off, as if nothing were there",
    subject: { ...publicRoute, disabled: 404 },
    calls: [{ gives: "route_unknown" }],
  },
];
