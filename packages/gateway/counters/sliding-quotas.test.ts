import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { newSlidingBuffer } from "./sliding-quotas.ts";

const began_ms = Date.UTC(2027, 0, 30, 12);
const ask = { count: 12_345, window_ms: 60_000 };
const THREADS = 4;

/** Takes as often as all threads together may, a slice further each time that so many calls were made, and gives some back. */
const HAMMER = `
  const { workerData, parentPort } = require("node:worker_threads");
  import(workerData.module).then(({ createSharedSliding }) => {
    const { ask, began_ms, calls, threads } = workerData;
    const quotas = createSharedSliding(workerData.buffer);
    let passed = 0;
    Atomics.add(workerData.start, 0, 1);
    while (Atomics.load(workerData.start, 0) < threads);
    for (let call = 0; call < calls; call++) {
      const now_ms = began_ms + Math.floor(call / 1000) * 2500;
      if (!quotas.take("hot", ask, now_ms).allowed) continue;
      if (call % 10 === 0) quotas.giveBack("hot", ask, now_ms);
      else passed++;
    }
    parentPort.postMessage(passed);
  });
`;

test("four threads on one quota let exactly its count through, whatever they give back", async () => {
  const start = new Int32Array(new SharedArrayBuffer(4));
  const module = new URL("./sliding-quotas.ts", import.meta.url).href;
  const workerData = { module, buffer: newSlidingBuffer(64), start, ask, began_ms, calls: 20_000, threads: THREADS };
  const all = Array.from({ length: THREADS }, async () => {
    const worker = new Worker(HAMMER, { eval: true, workerData });
    const [passed] = (await once(worker, "message")) as [number];
    await worker.terminate();
    return passed;
  });
  expect((await Promise.all(all)).reduce((sum, passed) => sum + passed, 0)).toBe(ask.count);
});
