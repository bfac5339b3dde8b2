// Records that cannot go where they belong cost no call: neither a disk that refuses, nor a full memory, nor a store that is away.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, LIMITS, type Log, systemClock } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { createSpoolWriter, type SpoolProblem, startTelemetry } from "@holdfast/telemetry";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { closeAll, request, routeTo, talk, upstream, type World, world } from "../gateway/world.ts";

afterEach(closeAll);

const CALLS = 30;
const ignore = () => undefined;
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-records-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function writerIn(dir: string) {
  const problems: SpoolProblem[] = [];
  const on_problem = (problem: SpoolProblem) => void problems.push(problem);
  const writer = createSpoolWriter({ dir, node: "w1", clock: systemClock, on_problem });
  onTestFinished(() => writer.close());
  return { writer, problems };
}

/** Calls one after the other, all of which are answered as if nothing were wrong. */
async function callsThrough(sink: NonNullable<Parameters<typeof world>[0]["sink"]>): Promise<World> {
  const { url } = await upstream((_, response) => response.end("ok"));
  const here = await world({ routes: [routeTo(url)], sink });
  for (let call = 0; call < CALLS; call++) {
    const answer = await talk(here.port, { pieces: [request(`GET /orders/${call}`)] });
    expect(answer.status).toBe(200);
  }
  await expect.poll(() => here.records.length).toBe(CALLS);
  return here;
}

/** A file stands where the folder should be. */
function folderThatCannotBe(): string {
  const dir = join(temporaryFolder(), "taken");
  writeFileSync(dir, "");
  return dir;
}

/** Waits a tenth of the time that it is told to. */
const impatientClock: Clock = { ...systemClock, after: (delay_ms, work) => systemClock.after(delay_ms / 10, work) };

test("a spool folder that refuses: calls go on, one line says so, and what is lost in the end is counted", async () => {
  const { writer, problems } = writerIn(folderThatCannotBe());
  await callsThrough(writer);
  await expect.poll(() => problems).toMatchObject([{ kind: "write_failed" }]);
  expect(writer.dropped()).toBe(0);
  await writer.close();
  expect(writer.dropped()).toBe(CALLS);
});

test("and once memory is full as well, each record that is lost is counted at once", async () => {
  const { writer, problems } = writerIn(folderThatCannotBe());
  const { records } = await callsThrough({ write: ignore });
  const record = records[0] as CallRecord;
  for (let index = 0; index < LIMITS.spool_pending_records_max; index++) writer.write(record);
  await callsThrough(writer);
  expect(writer.dropped()).toBe(CALLS);
  expect(problems.filter(({ kind }) => kind === "dropped")).toHaveLength(1);
});

test("a store that is away: calls go on, and are in the store once there is one", async () => {
  const root = temporaryFolder();
  const spool_dir = join(root, "spool");
  const at = (dir: string, clock: Clock) => startTelemetry({ dir, spool_dir, clock, log, on_rows: ignore });
  const away = await at(folderThatCannotBe(), impatientClock);
  const { writer } = writerIn(spool_dir);
  const { records } = await callsThrough(writer);
  await writer.flush();
  expect(away.status()).toMatchObject({ ready: false });
  expect(writer.dropped()).toBe(0);
  await away.close();
  const dir = join(root, "store");
  mkdirSync(dir);
  const here = await at(dir, systemClock);
  onTestFinished(() => here.close());
  for (const { id } of records)
    await expect.poll(() => here.call("acme", id).catch(() => undefined), { timeout: 10_000 }).toMatchObject({ id });
});
