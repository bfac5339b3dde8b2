// What the maintenance policy does, as data. Cases begin on 5 January 2026, 09:00 UTC.
import type { PlanMaintenance } from "@holdfast/contract";
import { type PolicyCase, publicRoute } from "../case.ts";

const START = Date.UTC(2026, 0, 5, 9);
const MINUTE = 60_000;

const during = (more: Partial<PlanMaintenance>): PolicyCase["subject"] => ({
  ...publicRoute,
  maintenance: { message: "Back soon.", retry_after_ms: 5 * MINUTE, consumers: [], addresses: [], ...more },
});

export const cases: PolicyCase[] = [
  {
    name: "everybody is told when to come back",
    subject: during({}),
    calls: [{ gives: "under_maintenance", headers: ["retry-after", "300"] }],
  },
  {
    name: "it begins and ends by itself, and says when it ends",
    subject: during({ from: START + MINUTE, until: START + 3 * MINUTE }),
    calls: [
      { gives: "pass" },
      { at_ms: MINUTE, gives: "under_maintenance", headers: ["retry-after", "120"] },
      { at_ms: 3 * MINUTE - 1, gives: "under_maintenance", headers: ["retry-after", "1"] },
      { at_ms: 3 * MINUTE, gives: "pass" },
    ],
  },
  {
    name: "some addresses are served nevertheless",
    subject: during({ addresses: ["192.0.2.0/24", "2001:db8::/32"] }),
    calls: [
      { client_address: "192.0.2.9", gives: "pass" },
      { client_address: "2001:db8::1", gives: "pass" },
      { client_address: "198.51.100.1", gives: "under_maintenance" },
    ],
  },
  {
    name: "some consumers are served nevertheless, by name or group",
    subject: during({ consumers: ["app", "testers"] }),
    calls: [
      { called_by: "app", consumer: "app", gives: "pass" },
      { called_by: "tester", consumer: "tester", gives: "pass" },
      { called_by: "shop", consumer: "shop", gives: "under_maintenance" },
      { gives: "under_maintenance" },
    ],
  },
];
