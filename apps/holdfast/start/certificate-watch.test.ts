import { type Log, simulatedClock } from "@holdfast/base";
import type { Plan, PlanCertificate } from "@holdfast/contract";
import { expect, test } from "vitest";
import { watchCertificates } from "./certificate-watch.ts";

const DAY_MS = 86_400_000;

test("warns from 21 days before the end, once a day, and louder after it", async () => {
  const clock = simulatedClock(0);
  const said: string[] = [];
  const note = (level: string) => (fields: object) => void said.push(`${level} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  const certificate: PlanCertificate = {
    workspace: "acme",
    name: "shop",
    hosts: ["shop.example.com"],
    certificate: "a certificate",
    key: "a key",
    default: false,
    expires_at: 22 * DAY_MS,
  };
  const plan = { certificates: [certificate] } as Partial<Plan> as Plan;
  const stop = watchCertificates({ plan: () => plan, clock, log });
  await clock.advance(DAY_MS / 2);
  expect(said).toEqual([]);
  await clock.advance(DAY_MS);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^warn .*"certificate":"shop".*1970-01-23/);
  await clock.advance(20 * DAY_MS);
  expect(said).toHaveLength(21);
  await clock.advance(DAY_MS);
  expect(said.at(-1)).toMatch(/^error /);
  expect(said.join()).not.toContain("a key");
  stop();
});
