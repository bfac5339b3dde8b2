import type { UpstreamRules } from "@holdfast/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBalancer, type Member } from "./balance.ts";
import { cookieOf, hashKey } from "./hash-key.ts";
import { seededRandom } from "./random.ts";

type Fake = Member & { busy: number; warm: number };

function members(weights: number[]): Fake[] {
  return weights.map((weight, index) => ({
    name: `http://10.0.0.${index}`,
    weight,
    busy: 0,
    warm: 1,
    running() {
      return this.busy;
    },
    warmth() {
      return this.warm;
    },
    open: true,
    credit: 0,
  }));
}

const caller = (consumer: string) => ({ consumer, client_address: "10.1.1.1", header: () => undefined });

function counts(rules: UpstreamRules, all: Fake[], calls: number): number[] {
  const next = createBalancer(rules, all, seededRandom(7));
  const seen = all.map(() => 0);
  for (let call = 0; call < calls; call++) {
    const at = all.indexOf(next(caller(`c${call}`), 0) as Fake);
    seen[at] = (seen[at] as number) + 1;
  }
  return seen;
}

test("in turn, and by weight, exactly", () => {
  expect(counts({ balance: "round-robin" }, members([1, 1, 1]), 300)).toEqual([100, 100, 100]);
  expect(counts({ balance: "weighted" }, members([5, 1, 2]), 80)).toEqual([50, 10, 20]);
});

test("the heavy one is not asked in one go", () => {
  const all = members([2, 1, 1]);
  const next = createBalancer({ balance: "weighted" }, all, seededRandom(1));
  const order = Array.from({ length: 8 }, () => all.indexOf(next(caller("x"), 0) as Fake)).join("");
  expect(order).toBe("01200120");
});

test("who is warming gets its part", () => {
  const all = members([1, 1]);
  (all[1] as Fake).warm = 0.25;
  expect(counts({ balance: "round-robin" }, all, 100)).toEqual([80, 20]);
});

test.each(["round-robin", "weighted", "least-requests", "consistent-hash"] as const)(
  "%s only asks who takes calls",
  (balance) => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ weight: fc.integer({ min: 1, max: 20 }), open: fc.boolean() }), {
          minLength: 2,
          maxLength: 8,
        }),
        fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
        (given, callers) => {
          const all = members(given.map(({ weight }) => weight));
          for (const [index, { open }] of given.entries()) (all[index] as Fake).open = open;
          fc.pre(given.filter(({ open }) => open).length >= 2);
          const next = createBalancer({ balance, hash: { by: "consumer", load_over: 0.25 } }, all, seededRandom(3));
          for (const name of callers) expect(next(caller(name), 0).open).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  },
);

describe("least requests", () => {
  test("of two drawn, never the busier", () => {
    const all = members([1, 1]);
    (all[0] as Fake).busy = 5;
    expect(counts({ balance: "least-requests" }, all, 50)).toEqual([0, 50]);
  });

  test("the busiest of many is never taken, and the others all are", () => {
    const all = members([1, 1, 1, 1]);
    (all[2] as Fake).busy = 9;
    const seen = counts({ balance: "least-requests" }, all, 600);
    expect(seen[2]).toBe(0);
    for (const at of [0, 1, 3]) expect(seen[at]).toBeGreaterThan(100);
  });

  test("twice the weight may be twice as busy", () => {
    const all = members([2, 1]);
    (all[0] as Fake).busy = 2;
    (all[1] as Fake).busy = 1;
    expect(counts({ balance: "least-requests" }, all, 10)).toEqual([10, 0]);
  });
});

describe("consistent hash", () => {
  const rules: UpstreamRules = { balance: "consistent-hash", hash: { by: "consumer", load_over: 0.25 } };
  const names = Array.from({ length: 2000 }, (_, index) => `consumer-${index}`);
  const placesOf = (all: Fake[]) => {
    const next = createBalancer(rules, all, seededRandom(1));
    return names.map((name) => next(caller(name), 0).name);
  };

  test("leads a caller to the same upstream, and spreads them by weight", () => {
    const all = members([1, 1, 2]);
    const places = placesOf(all);
    expect(placesOf(all)).toEqual(places);
    const share = (index: number) => places.filter((place) => place === all[index]?.name).length / names.length;
    expect(share(0)).toBeCloseTo(0.25, 1);
    expect(share(2)).toBeCloseTo(0.5, 1);
  });

  test("when one goes, only its callers move", () => {
    const all = members([1, 1, 1, 1]);
    const before = placesOf(all);
    (all[1] as Fake).open = false;
    const after = placesOf(all);
    for (const [index, place] of before.entries()) if (place !== all[1]?.name) expect(after[index]).toBe(place);
    expect(after).not.toContain(all[1]?.name);
  });

  test("nobody gets much busier than the average", () => {
    const all = members([1, 1, 1, 1]);
    const next = createBalancer(rules, all, seededRandom(1));
    for (let call = 0; call < 100; call++) (next(caller("the same one"), 0) as Fake).busy++;
    expect(Math.max(...all.map(({ busy }) => busy))).toBeLessThanOrEqual(Math.ceil(1.25 * (100 / 4)));
    expect(all.reduce((sum, { busy }) => sum + busy, 0)).toBe(100);
  });
});

describe("keys", () => {
  const call = (headers: Record<string, string>, consumer?: string) => ({
    consumer,
    client_address: "10.1.1.1",
    header: (name: string) => headers[name],
  });
  test.each([
    ["consumer", { by: "consumer" as const }, call({}, "shop"), "shop"],
    ["nobody in particular", { by: "consumer" as const }, call({}), "10.1.1.1"],
    ["address", { by: "address" as const }, call({}, "shop"), "10.1.1.1"],
    ["header", { by: "header" as const, name: "X-Tenant" }, call({ "x-tenant": "acme" }), "acme"],
    ["cookie", { by: "cookie" as const, name: "sid" }, call({ cookie: "a=b; sid=77; sid=8" }), "77"],
    ["no cookie", { by: "cookie" as const, name: "sid" }, call({ cookie: "a=b" }), "10.1.1.1"],
  ])("%s", (_, hash, given, key) => expect(hashKey(given, { ...hash, load_over: 0.25 })).toBe(key));

  test("a cookie's value may have an equals sign", () => expect(cookieOf("sid=a=b", "sid")).toBe("a=b"));
});
