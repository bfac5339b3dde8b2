// Consumers: keys as hashes, what each of them was allowed, and the plans that they are on.
import { createHash } from "node:crypto";
import type { ConsumerPlan, ConsumerSettings, PlanConsumer } from "@holdfast/contract";
import { compileLimits } from "./compile-limits.ts";
import { type Bench, find } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";

/** Shorter keys could be guessed at the speed of a gateway; 16 characters of any alphabet are at least 64 bits when random. */
const KEY_CHARACTERS_MIN = 16;

export function compileConsumers(bench: Bench): PlanConsumer[] {
  const all = Object.entries(bench.settings.consumers);
  checkNames(all, bench);
  return all.map(([name, consumer]) => compileConsumer(name, consumer, bench));
}

export function compileConsumerPlans(bench: Bench): ConsumerPlan[] {
  return Object.entries(bench.settings.plans).map(([name, { limits }]) => ({
    workspace: bench.settings.workspace,
    name,
    limits: compileLimits(limits, ["plans", name, "limits"], bench).map((limit) => ({ ...limit, plan: name })),
  }));
}

function compileConsumer(name: string, consumer: ConsumerSettings, bench: Bench): PlanConsumer {
  const path = ["consumers", name];
  const keys = consumer.keys.map((written) => (typeof written === "string" ? { key: written } : written));
  const hashed = keys.map(({ key, ...rest }, index) => {
    checkKey(key, [...path, "keys", index], bench);
    return { hash: createHash("sha256").update(key).digest("hex"), until: "until" in rest ? rest.until : undefined };
  });
  const until = hashed.flatMap(({ hash, until }) => (until === undefined ? [] : [[hash, Date.parse(until)] as const]));
  for (const [index, product] of consumer.subscriptions.entries())
    find<unknown>({ ...bench.settings.services, ...bench.settings.models }, product, {
      path: [...path, "subscriptions", index],
      kind: "service or model",
      bench,
    });
  const { groups, plan, scopes, subscriptions, known_as } = consumer;
  if (plan !== undefined) find(bench.settings.plans, plan, { path: [...path, "plan"], kind: "plan", bench });
  return {
    workspace: bench.settings.workspace,
    name,
    key_hashes: hashed.map(({ hash }) => hash),
    ...(until.length > 0 ? { keys_until: Object.fromEntries(until) } : {}),
    ...(Object.keys(known_as).length > 0 ? { known_as } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(plan === undefined ? {} : { plan }),
    ...(scopes.length > 0 ? { scopes } : {}),
    ...(subscriptions.length > 0 ? { subscriptions } : {}),
  };
}

function checkKey(key: string, path: SettingsPath, { problems }: Bench): void {
  if (key.length < KEY_CHARACTERS_MIN)
    problems.push({
      path,
      message: `the key has fewer than ${KEY_CHARACTERS_MIN} characters`,
      suggestion: "make one with `openssl rand -hex 24`",
    });
}

/** A name of an identity means one consumer. */
function checkNames(consumers: [string, ConsumerSettings][], bench: Bench): void {
  const seen = new Map<string, string>();
  for (const [name, { known_as }] of consumers)
    for (const [identity, values] of Object.entries(known_as)) {
      const path = ["consumers", name, "known_as", identity];
      find(bench.settings.identity, identity, { path, kind: "identity", bench });
      for (const [index, value] of values.entries()) {
        const other = seen.get(`${identity} ${value}`);
        if (other !== undefined)
          bench.problems.push({ path: [...path, index], message: `already means the consumer ${other}` });
        seen.set(`${identity} ${value}`, name);
      }
    }
}
