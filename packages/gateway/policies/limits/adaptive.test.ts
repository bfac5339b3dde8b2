import { expect, test } from "vitest";
import { AdaptiveLimit } from "./adaptive.ts";

/**
 * A service that works on `workers` calls at once for `service_us` each, asked by more callers than there is room for. Time goes in
 * steps of a millisecond.
 */
function simulate(
  seconds: number,
  capacityAt: (second: number) => { workers: number; service_us: number },
  arrivals: number,
) {
  const limit = new AdaptiveLimit();
  const queue: number[] = [];
  const working: { since_us: number; done_us: number }[] = [];
  const each: { served: number; limit: number; took_ms: number }[] = [];
  let owed = 0;
  for (let second = 0; second < seconds; second++) {
    const { workers, service_us } = capacityAt(second);
    let [served, took_us] = [0, 0];
    for (let step = 0; step < 1000; step++) {
      const now_us = second * 1e6 + step * 1e3;
      for (owed += arrivals / 1000; owed >= 1; owed--) if (limit.enter()) queue.push(now_us);
      for (let at = working.length - 1; at >= 0; at--) {
        const work = working[at] as (typeof working)[number];
        if (work.done_us > now_us) continue;
        working.splice(at, 1);
        limit.leave();
        limit.sample(now_us - work.since_us, now_us);
        served++;
        took_us += now_us - work.since_us;
      }
      while (working.length < workers && queue.length > 0)
        working.push({ since_us: queue.shift() as number, done_us: now_us + service_us });
    }
    each.push({ served, limit: limit.limit, took_ms: took_us / Math.max(1, served) / 1000 });
  }
  return each;
}

test("a service asked three times as much as it can serves all it can, without a queue that grows", () => {
  const each = simulate(120, () => ({ workers: 20, service_us: 20_000 }), 3000);
  for (const { served, took_ms } of each.slice(5)) {
    expect(served).toBeGreaterThan(800);
    expect(took_ms).toBeLessThan(60);
  }
});

test("a service that becomes slower is asked less, one that becomes faster more", () => {
  const each = simulate(
    180,
    (second) => ({ workers: second < 60 || second >= 120 ? 40 : 8, service_us: 20_000 }),
    6000,
  );
  const [before, slow, after] = [each[55], each[115], each[175]] as [
    (typeof each)[0],
    (typeof each)[0],
    (typeof each)[0],
  ];
  expect(before.limit).toBeGreaterThan(40);
  expect(slow.limit).toBeLessThan(25);
  expect(slow.served).toBeGreaterThan(350);
  expect(after.limit).toBeGreaterThan(40);
  expect(after.served).toBeGreaterThan(1800);
});

test("a service that is hardly asked is not held back, and its limit does not run away", () => {
  const each = simulate(60, () => ({ workers: 100, service_us: 5_000 }), 200);
  expect(each.at(-1)).toMatchObject({ served: 200, limit: 32 });
});
