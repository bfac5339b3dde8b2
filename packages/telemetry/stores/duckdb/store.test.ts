import { systemClock } from "@holdfast/base";
import { expect, onTestFinished, test } from "vitest";
import type { TelemetryStore } from "../../store.ts";
import { silentLog, temporaryFolder } from "../../testing.ts";
import { callRecord } from "../../testing-records.ts";
import { openDuckDbStore } from "./store.ts";

async function open(dir = temporaryFolder()): Promise<TelemetryStore> {
  const store = await openDuckDbStore({ dir, clock: systemClock, log: silentLog });
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

const everything = { workspace: "default", where: [], after: undefined, most: 100 };
const position = { node: "w1", segment: 7, offset: 100 };

test("a batch is written whole or not at all, and a refused one does not spoil the next", async () => {
  const store = await open();
  const record = callRecord();
  const losses = [{ node: "w1", segment: 1, records: 3 }];
  const broken = { records: [record], positions: [position, { ...position, node: "w2", offset: Number.NaN }], losses };
  await expect(store.append(broken)).rejects.toThrow();
  expect(await store.records(everything)).toEqual([]);
  expect(await store.positions()).toEqual([]);
  expect(await store.lost()).toBe(0);

  await store.append({ records: [record], positions: [position], losses });
  expect(await store.records(everything)).toEqual([record]);
  expect(await store.positions()).toEqual([position]);
  expect(await store.lost()).toBe(3);
});

test("a node has one position, the newest, also after the file was closed and opened", async () => {
  const dir = temporaryFolder();
  const store = await open(dir);
  for (const offset of [1, 2, 3]) await store.append({ records: [], positions: [{ ...position, offset }], losses: [] });
  await store.close();
  expect(await (await open(dir)).positions()).toEqual([{ ...position, offset: 3 }]);
});

test("a question sees only whole batches while others are written", async () => {
  const store = await open();
  let writing = true;
  const writer = (async () => {
    for (let batch = 0; batch < 20; batch++)
      await store.append({
        records: Array.from({ length: 50 }, () => callRecord()),
        positions: [position],
        losses: [],
      });
    writing = false;
  })();
  const seen: number[] = [];
  while (writing) {
    const [row] = await store.measures({ workspace: "default", where: [], select: ["calls"], by: [] });
    seen.push((row?.calls as number | undefined) ?? 0);
  }
  await writer;
  expect(seen.every((calls) => calls % 50 === 0)).toBe(true);
  expect(seen).toEqual(seen.toSorted((left, right) => left - right));
});
