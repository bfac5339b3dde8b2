import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { createSharedCounters, newBuffer } from "./shared.ts";

const limit = (count: number) => ({ rate: { count, window_ms: 3_600_000 }, burst: count });
const now_ms = Date.UTC(2026, 0, 5);

/** Takes from the keys in turn until told how often, and says how many passed per key. Time stands still. */
const HAMMER = `
  const { workerData, parentPort } = require("node:worker_threads");
  import(workerData.module).then(({ createSharedCounters }) => {
    const counters = createSharedCounters(workerData.buffer);
    const passed = workerData.keys.map(() => 0);
    Atomics.add(workerData.start, 0, 1);
    while (Atomics.load(workerData.start, 0) < workerData.threads);
    for (let call = 0; call < workerData.calls; call++) {
      const key = call % workerData.keys.length;
      if (counters.take(workerData.keys[key], workerData.limit, workerData.now_ms).allowed) passed[key]++;
    }
    parentPort.postMessage(passed);
  });
`;

async function hammer(threads: number, keys: string[], burst: number, buffer: SharedArrayBuffer): Promise<number[]> {
  const start = new Int32Array(new SharedArrayBuffer(4));
  const module = new URL("./shared.ts", import.meta.url).href;
  const workerData = { module, buffer, start, threads, keys, calls: 40_000, limit: limit(burst), now_ms };
  const all = Array.from({ length: threads }, async () => {
    const worker = new Worker(HAMMER, { eval: true, workerData });
    const [passed] = (await once(worker, "message")) as [number[]];
    await worker.terminate();
    return passed;
  });
  const counts = await Promise.all(all);
  return keys.map((_, key) => counts.reduce((sum, passed) => sum + (passed[key] as number), 0));
}

test("four threads on one bucket let exactly the burst through", async () => {
  expect(await hammer(4, ["hot"], 12_345, newBuffer(64))).toEqual([12_345]);
});

test("threads that crowd one set of slots neither lose nor mix up a bucket", async () => {
  const keys = Array.from({ length: 50 }, (_, index) => `bucket-${index}`);
  expect(await hammer(4, keys, 1000, newBuffer(64))).toEqual(keys.map(() => 1000));
});

test("a full table refuses new buckets, and takes them again when others have run out", () => {
  const counters = createSharedCounters(newBuffer(64));
  const hour = limit(1);
  for (let key = 0; key < 64; key++) expect(counters.take(`key-${key}`, hour, now_ms).allowed).toBe(true);
  expect(counters.take("one more", hour, now_ms)).toMatchObject({ allowed: false, retry_after_ms: 1000 });
  expect(counters.take("key-5", hour, now_ms).allowed).toBe(false);
  expect(counters.take("one more", hour, now_ms + 3_600_000).allowed).toBe(true);
  expect(counters.take("one more", hour, now_ms + 3_600_000).allowed).toBe(false);
});

test("a thread that died while it held a lock does not stop the others", () => {
  const buffer = newBuffer(64);
  new Int32Array(buffer, 8, 1)[0] = 1;
  const counters = createSharedCounters(buffer);
  expect(counters.take("key", limit(1), now_ms).allowed).toBe(true);
  expect(counters.take("key", limit(1), now_ms).allowed).toBe(false);
});
