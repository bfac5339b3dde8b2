import { spawn } from "node:child_process";
import { appendFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@holdfast/base";
import { expect, onTestFinished, test } from "vitest";
import { listSegments, listSequences, segmentPath } from "../spool/segments.ts";
import { createSink } from "../spool/sink.ts";
import { createSpoolWriter } from "../spool/writer.ts";
import type { TelemetryStore } from "../store.ts";
import { FORMAT } from "../stores/duckdb/schema.ts";
import { openDuckDbStore } from "../stores/duckdb/store.ts";
import { silentLog, temporaryFolder } from "../testing.ts";
import { callRecord } from "../testing-records.ts";
import { type Shipper, startShipper } from "./shipper.ts";

type World = { dir: string; spool: string };
const newWorld = (): World => {
  const dir = temporaryFolder();
  return { dir, spool: join(dir, "spool") };
};

async function openStore({ dir }: World): Promise<TelemetryStore> {
  const store = await openDuckDbStore({ dir, clock: systemClock, log: silentLog });
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

async function ship({ spool }: World, store: TelemetryStore, spool_bytes_max?: number): Promise<Shipper> {
  const limit = spool_bytes_max === undefined ? {} : { spool_bytes_max };
  const options = { dir: spool, store, clock: systemClock, log: silentLog, on_rows: quiet, on_failure: quiet };
  const shipper = await startShipper({ ...options, ...limit });
  onTestFinished(() => shipper.stop());
  return shipper;
}

/** Each call is one start of a node, and so one segment. */
async function writeSegment({ spool }: World, node: string, count: number): Promise<string[]> {
  const writer = createSpoolWriter({ dir: spool, node, clock: systemClock, on_problem: quiet });
  const records = Array.from({ length: count }, () => callRecord({ node }));
  for (const record of records) writer.write(record);
  await writer.close();
  return records.map(({ id }) => id);
}

async function storedIds(store: TelemetryStore): Promise<string[]> {
  const found = await store.records({ workspace: "default", where: [], after: undefined, most: 100_000 });
  return found.map(({ id }) => id).sort();
}

test("segments of all nodes reach the store, and another process's start goes on where this one stopped", async () => {
  const world = newWorld();
  const written = [...(await writeSegment(world, "a", 10)), ...(await writeSegment(world, "b", 3_000))];
  let store = await openStore(world);
  let shipper = await ship(world, store);
  await shipper.flush();
  expect(await storedIds(store)).toEqual(written.sort());
  await shipper.stop();
  await store.close();

  written.push(...(await writeSegment(world, "a", 5)));
  store = await openStore(world);
  shipper = await ship(world, store);
  await shipper.flush();
  expect(await storedIds(store)).toEqual(written.sort());
  expect(shipper.status()).toMatchObject({
    records: 5,
    lag_bytes: 0,
    behind_since: null,
    unreadable: 0,
    torn_bytes: 0,
  });
});

test("a frame that a crash left torn waits while it could still be finished, and is passed over once it cannot", async () => {
  const world = newWorld();
  const written = await writeSegment(world, "a", 2);
  const [segment] = await listSegments(world.spool);
  appendFileSync(segmentPath(world.spool, segment as never), Buffer.from([9, 0, 0, 0, 1, 2, 3, 4, 5]));
  const store = await openStore(world);
  const shipper = await ship(world, store);
  await shipper.flush();
  expect(shipper.status().torn_bytes).toBe(0);
  written.push(...(await writeSegment(world, "a", 2)));
  await shipper.flush();
  await shipper.flush();
  expect(await storedIds(store)).toEqual(written.sort());
  expect(shipper.status().torn_bytes).toBe(9);
});

test("a frame that holds no records is counted and holds nothing up", async () => {
  const world = newWorld();
  const strange = createSink({ dir: world.spool, node: "a", clock: systemClock, on_unsynced: quiet });
  await strange.append(Buffer.from([4, 0, 0, 0, 1, 255, 7]));
  await strange.close();
  const writer = createSpoolWriter({ dir: world.spool, node: "a", clock: systemClock, on_problem: quiet });
  const good = callRecord();
  writer.write(good);
  await writer.close();
  const store = await openStore(world);
  const shipper = await ship(world, store);
  await shipper.flush();
  expect(await storedIds(store)).toEqual([good.id]);
  expect(shipper.status()).toMatchObject({ records: 1, unreadable: 4 });
});

test("over its budget the spool loses its oldest shipped segments and no record", async () => {
  const world = newWorld();
  const written: string[] = [];
  for (let index = 0; index < 4; index++) written.push(...(await writeSegment(world, "a", 100)));
  const sequences = await listSequences(world.spool, "a");
  const [{ bytes }] = (await listSegments(world.spool)) as [{ bytes: number }, ...unknown[]];
  const store = await openStore(world);
  const shipper = await ship(world, store, bytes * 2 + 100);
  await expect.poll(() => listSequences(world.spool, "a")).toEqual(sequences.slice(2));
  await shipper.flush();
  expect(await storedIds(store)).toEqual(written.sort());
  expect(shipper.status().lost).toBe(0);
});

test("a store that refuses loses the oldest unshipped records only when the spool is full, and they stay counted", async () => {
  const world = newWorld();
  const written: string[][] = [];
  for (let index = 0; index < 4; index++) written.push(await writeSegment(world, "a", 100));
  const [{ bytes }] = (await listSegments(world.spool)) as [{ bytes: number }, ...unknown[]];
  const store = await openStore(world);
  let refusing = true;
  const stubborn: TelemetryStore = {
    ...store,
    append: (batch) => (refusing ? Promise.reject(new Error("not now")) : store.append(batch)),
  };
  const shipper = await ship(world, stubborn, bytes * 3 + 100);
  await expect(shipper.flush()).rejects.toThrow("not now");
  await expect.poll(async () => (await listSegments(world.spool)).length).toBe(3);
  expect(shipper.status().refused).toBe(true);
  refusing = false;
  await shipper.flush();
  expect(shipper.status().refused).toBe(false);
  expect(shipper.status().lost).toBe(100);
  expect(await storedIds(store)).toEqual(written.slice(1).flat().sort());
  expect(await store.lost()).toBe(100);
});

test.each(["garbage", "cut"])("a %s store is set aside and built again from the spool", async (damage) => {
  const world = newWorld();
  const written = await writeSegment(world, "a", 500);
  let store = await openStore(world);
  let shipper = await ship(world, store);
  await shipper.flush();
  await shipper.stop();
  await store.close();
  const file = join(world.dir, `calls.v${FORMAT}.duckdb`);
  writeFileSync(file, damage === "garbage" ? "no database" : "");

  store = await openStore(world);
  shipper = await ship(world, store);
  await shipper.flush();
  expect(await storedIds(store)).toEqual(written.sort());
  if (damage === "garbage") expect(readdirSync(world.dir).filter((name) => name.includes("damaged"))).toHaveLength(1);
});

test("a store that another process has open is left alone", async () => {
  const world = newWorld();
  const script = `
    const { DuckDBInstance } = require("@duckdb/node-api");
    DuckDBInstance.create(process.argv[1]).then((kept) => { globalThis.kept = kept; console.log("open"); setInterval(() => kept, 1e6); });`;
  const other = spawn(process.execPath, ["-e", script, join(world.dir, `calls.v${FORMAT}.duckdb`)], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void other.kill());
  await new Promise((resolve) => other.stdout.once("data", resolve));
  await expect(openDuckDbStore({ dir: world.dir, clock: systemClock, log: silentLog })).rejects.toThrow(/lock/i);
  expect(readdirSync(world.dir)).not.toContainEqual(expect.stringContaining("damaged"));
});

function quiet(): void {
  // What these tests look at is in the store and in the status.
}
