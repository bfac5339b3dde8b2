import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import { setUpHeaps } from "./engine.ts";

const MIB = 2 ** 20;
const SPACE = `
  const spaces = require("node:v8").getHeapSpaceStatistics();
  require("node:worker_threads").parentPort.postMessage(spaces.find((space) => space.space_name === "new_space").space_size);
`;
/** Makes much garbage at once and next to none after it, and tells of each marking of the whole heap that begins a second later or after. */
const LOAD_AND_REST = `
  const { constants, PerformanceObserver, performance } = require("node:perf_hooks");
  const { parentPort } = require("node:worker_threads");
  let loaded_ms = Infinity;
  new PerformanceObserver((list) => {
    for (const { detail, startTime } of list.getEntries())
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR && startTime > loaded_ms + 1000) parentPort.postMessage("marked");
  }).observe({ entryTypes: ["gc"] });
  let kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
  kept = undefined;
  loaded_ms = performance.now();
  setInterval(() => Array.from({ length: 100 }, () => ({})), 20);
`;

const threads: Worker[] = [];
afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.terminate())));

function thread(program: string): Worker {
  const made = new Worker(program, { eval: true });
  threads.push(made);
  return made;
}

/** Bytes of a fresh thread's young generation. */
async function youngBytes(): Promise<number> {
  const [bytes] = (await once(thread(SPACE), "message")) as [number];
  return bytes;
}

it("gives threads that start after it a larger young generation, and no memory reducer", {
  timeout: 60_000,
}, async () => {
  expect(await youngBytes()).toBeLessThan(8 * MIB);
  const as_v8_is = thread(LOAD_AND_REST);
  await once(as_v8_is, "online");
  setUpHeaps();
  expect(await youngBytes()).toBeGreaterThanOrEqual(8 * MIB);
  let marked = 0;
  thread(LOAD_AND_REST).on("message", () => marked++);
  await once(as_v8_is, "message");
  // The reducer of the other one would have come as long after its start.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(marked).toBe(0);
});
