import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { setUpHeaps } from "./engine.ts";

const MIB = 2 ** 20;
const SPACE = `
  const spaces = require("node:v8").getHeapSpaceStatistics();
  require("node:worker_threads").parentPort.postMessage(spaces.find((space) => space.space_name === "new_space").space_size);
`;

/** Bytes of a fresh thread's young generation. */
async function youngBytes(): Promise<number> {
  const thread = new Worker(SPACE, { eval: true });
  const bytes = await new Promise<number>((resolve) => thread.once("message", resolve));
  await thread.terminate();
  return bytes;
}

it("gives threads that start after it a larger young generation", async () => {
  expect(await youngBytes()).toBeLessThan(8 * MIB);
  setUpHeaps();
  expect(await youngBytes()).toBeGreaterThanOrEqual(8 * MIB);
});
