import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { LIMITS, simulatedClock, systemClock } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../testing.ts";
import { callRecord } from "../testing-records.ts";
import { decodeRecords } from "./decode.ts";
import { readSegment } from "./reader.ts";
import { listSegments, listSequences, segmentPath } from "./segments.ts";
import { createSpoolWriter, type SpoolProblem, type SpoolWriter } from "./writer.ts";

const BODY = join(import.meta.dirname, "writer.test-process.ts");

function writerIn(dir: string, problems: SpoolProblem[] = []): SpoolWriter {
  const writer = createSpoolWriter({ dir, node: "w1", clock: systemClock, on_problem: (each) => problems.push(each) });
  onTestFinished(() => writer.close());
  return writer;
}

async function readAll(dir: string): Promise<CallRecord[]> {
  const records: CallRecord[] = [];
  for (const segment of await listSegments(dir)) {
    const { frames } = (await readSegment(dir, segment, 0)) as NonNullable<Awaited<ReturnType<typeof readSegment>>>;
    for (const { payload } of frames) records.push(...decodeRecords(payload).records);
  }
  return records;
}

test("records come back as they were written, in their order", async () => {
  const dir = temporaryFolder();
  const writer = writerIn(dir);
  const records = Array.from({ length: 500 }, (_, index) => callRecord({ path: `/é/${index}`, plan: index }));
  for (const record of records) writer.write(record);
  await writer.flush();
  expect(await readAll(dir)).toEqual(records);
});

test("a record reaches the disk by itself", async () => {
  const dir = temporaryFolder();
  writerIn(dir).write(callRecord());
  await expect.poll(async () => (await readAll(dir)).length).toBe(1);
});

test("readers see records at once, the disk is waited for twice a second, and flush waits for it", async () => {
  const dir = temporaryFolder();
  const writer = writerIn(dir);
  const probe = await open(import.meta.filename);
  const syncs = vi.spyOn(Object.getPrototypeOf(probe), "datasync");
  await probe.close();
  const begun_ms = Date.now();
  for (let count = 0; count < 30; count++) {
    writer.write(callRecord());
    await setTimeout(50);
  }
  await expect.poll(async () => (await readAll(dir)).length, { timeout: 1_000, interval: 20 }).toBe(30);
  // That of the segment's beginning, and one each half of a second.
  const most = 2 + (Date.now() - begun_ms) / 500;
  expect(syncs.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(syncs.mock.calls.length).toBeLessThanOrEqual(most);
  const before = syncs.mock.calls.length;
  writer.write(callRecord());
  await writer.flush();
  expect(syncs.mock.calls.length).toBe(before + 1);
}, 10_000);

test("each start begins a segment, newer than the ones before also when the clock went back", async () => {
  const dir = temporaryFolder();
  for (const start of [5_000, 1_000]) {
    const clock = simulatedClock(start);
    const writer = createSpoolWriter({ dir, node: "w1", clock, on_problem: () => undefined });
    writer.write(callRecord());
    await writer.close();
  }
  expect(await listSequences(dir, "w1")).toEqual([5_000, 5_001]);
});

test("a full segment is followed by another, and frames stay within their limit", async () => {
  const dir = temporaryFolder();
  const writer = writerIn(dir);
  const record = callRecord({ path: "x".repeat(1024 * 1024) });
  const count = (LIMITS.spool_segment_bytes_max / 1024 ** 2) * 2;
  for (let index = 0; index < count; index++) writer.write(record);
  await writer.flush();
  const segments = await listSegments(dir);
  expect(segments.length).toBe(2);
  for (const { bytes } of segments)
    expect(bytes).toBeLessThan(LIMITS.spool_segment_bytes_max + LIMITS.spool_frame_bytes_max);
  expect((await readAll(dir)).length).toBe(count);
});

test("a disk that refuses is reported once, tried again, and nothing is lost or doubled", async () => {
  const dir = join(temporaryFolder(), "spool");
  writeFileSync(dir, "a file where the folder should be");
  const problems: SpoolProblem[] = [];
  const writer = writerIn(dir, problems);
  const records = [callRecord(), callRecord()];
  writer.write(records[0] as CallRecord);
  await expect(writer.flush()).rejects.toThrow(/ENOTDIR|EEXIST/);
  await expect(writer.flush()).rejects.toThrow();
  expect(problems).toMatchObject([{ kind: "write_failed" }]);
  rmSync(dir);
  writer.write(records[1] as CallRecord);
  await expect.poll(async () => (await readAll(dir)).length, { timeout: 3_000 }).toBe(2);
  expect(await readAll(dir)).toEqual(records);
  expect(writer.dropped()).toBe(0);
});

test("what memory cannot hold is dropped, counted and reported once", async () => {
  const dir = join(temporaryFolder(), "spool");
  writeFileSync(dir, "a file where the folder should be");
  const problems: SpoolProblem[] = [];
  const writer = createSpoolWriter({ dir, node: "w1", clock: systemClock, on_problem: (each) => problems.push(each) });
  const record = callRecord();
  for (let index = 0; index < LIMITS.spool_pending_records_max + 3; index++) writer.write(record);
  expect(writer.dropped()).toBe(3);
  expect(problems.filter(({ kind }) => kind === "dropped")).toHaveLength(1);
  await writer.close();
  expect(writer.dropped()).toBe(LIMITS.spool_pending_records_max + 3);
});

test("a record larger than a frame is dropped and does not hold up the others", async () => {
  const dir = temporaryFolder();
  const writer = writerIn(dir);
  writer.write(callRecord({ path: "x".repeat(LIMITS.spool_frame_bytes_max) }));
  writer.write(callRecord());
  await writer.flush();
  expect(writer.dropped()).toBe(1);
  expect((await readAll(dir)).length).toBe(1);
});

test("after kill -9 in the middle of writing, everything that was flushed is there once, and a restart goes on", async () => {
  const dir = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [BODY, dir], { stdio: ["ignore", "pipe", "inherit"] });
    const flushed: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      flushed.push(line);
      if (flushed.length === 5 + round) child.kill("SIGKILL");
    }
    const found = (await readAll(dir)).map(({ id }) => id);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(flushed.flatMap((line) => line.split(" "))));
  }
  expect((await listSequences(dir, "w1")).length).toBe(3);
});

test.skipIf(process.platform !== "linux")(
  "a disk that is full in the middle of a frame, and has room again",
  async () => {
    const dir = temporaryFolder();
    mkdirSync(dir, { recursive: true });
    const limited = ["-c", 'ulimit -S -f 20; exec "$0" "$@"', process.execPath, BODY, dir, "once"];
    const child = spawn("sh", limited, { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (line === "problem write_failed") spawn("prlimit", [`--pid=${child.pid}`, "--fsize=unlimited:unlimited"]);
    }
    if (child.exitCode === null) await once(child, "exit");
    expect(lines[0]).toBe("problem write_failed");
    const written = lines.at(-1)?.split(" ");
    expect((await readAll(dir)).map(({ id }) => id)).toEqual(written);
    expect(await listSequences(dir, "w1")).toHaveLength(1);
    expect(segmentPath(dir, (await listSegments(dir))[0] as never)).toMatch(/w1\/\d{15}\.spool$/);
  },
);
