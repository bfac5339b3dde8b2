import { runWhole } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import { expect, test } from "vitest";
import { packPlan, unpackPlan } from "./plan-parts.ts";

/** Only what parts are made of matters here. */
function planOf(routes: number): Plan {
  const named = (kind: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ kind, name: `${kind}-${at}` }));
  const reference_keys = { default: "key" };
  return {
    version: 1,
    number: 7,
    made_at: 1,
    routes: named("route", routes),
    models: [],
    consumers: named("consumer", 3),
    sites: [],
    reference_keys,
  } as unknown as Plan;
}

test.each([0, 1, 50, 1234])("a plan of %i routes arrives as it was", (routes) => {
  const plan = planOf(routes);
  expect(runWhole(unpackPlan(packPlan(plan)))).toEqual(plan);
  expect(plan.routes).toHaveLength(routes);
});

test("many routes come in many parts", () => {
  const read = unpackPlan(packPlan(planOf(1000)));
  let pauses = 0;
  for (let step = read.next(); !step.done; step = read.next()) pauses++;
  expect(pauses).toBeGreaterThanOrEqual(20);
});

test("it is written once for all threads", () => {
  const plan = planOf(3);
  expect(packPlan(plan)).toBe(packPlan(plan));
  expect(packPlan({ ...plan })).not.toBe(packPlan(plan));
});
