import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem, systemClock } from "@holdfast/base";
import { expect, onTestFinished, test } from "vitest";
import { startCollector } from "../../tests/process/collector.ts";
import { startTelemetry, type Telemetry, type TelemetryOptions } from "./client.ts";
import { createSpoolWriter, type SpoolWriter } from "./spool/writer.ts";
import { silentLog, temporaryFolder } from "./testing.ts";
import { callRecord } from "./testing-records.ts";

type World = { telemetry: Telemetry; writer: SpoolWriter; rows: string[][] };

async function start(dir: string, more: Pick<TelemetryOptions, "otlp"> = {}): Promise<World> {
  const spool_dir = join(dir, "spool");
  const rows: string[][] = [];
  const on_rows = (workspaces: string[]): void => void rows.push(workspaces);
  const telemetry = await startTelemetry({ dir, spool_dir, clock: systemClock, log: silentLog, on_rows, ...more });
  const writer = createSpoolWriter({ dir: spool_dir, node: "w1", clock: systemClock, on_problem: () => undefined });
  onTestFinished(async () => {
    await writer.close();
    await telemetry.close();
  });
  return { telemetry, writer, rows };
}

async function allIds(telemetry: Telemetry): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await telemetry.calls("default", {}, { limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return ids.sort();
}

test("a call is queryable within a second of its end, and its workspace is told", async () => {
  const { telemetry, writer, rows } = await start(temporaryFolder());
  const record = callRecord({
    capture: {
      request_headers: [["a", "b"]],
      response_headers: null,
      request_body: "{}",
      response_body: null,
      cut: false,
    },
  });
  const started = performance.now();
  writer.write(record);
  await expect.poll(() => telemetry.call("default", record.id), { interval: 20 }).toEqual(record);
  await expect.poll(() => rows, { interval: 20 }).toEqual([["default"]]);
  // A fifth of it on an idle machine.
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(await telemetry.call("other", record.id)).toBeUndefined();
});

test("flush makes everything that is on disk queryable", async () => {
  const { telemetry, writer } = await start(temporaryFolder());
  const records = Array.from({ length: 5_000 }, () => callRecord());
  for (const record of records) writer.write(record);
  await writer.flush();
  await telemetry.flush();
  const [measured] = await telemetry.measures("default", { from: 0, until: Number.MAX_SAFE_INTEGER });
  expect(measured).toMatchObject({ calls: 5_000, subject: "routes.orders", at: 0 });
  await expect
    .poll(() => telemetry.status())
    .toMatchObject({ ready: true, lag_bytes: 0, lag_ms: 0, dropped: 0, restarts: 0 });
});

test("calls are exported once they are in the store, with headers that no other user of the machine sees", async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const headers = { authorization: "Bearer of-the-operator" };
  const otlp = { endpoint: collector.url, headers, version: "1.2.3" };
  const { telemetry, writer } = await start(temporaryFolder(), { otlp });
  const { pid } = telemetry.status();
  writer.write(callRecord({ at: Date.now() }));
  await expect.poll(() => telemetry.status().spans, { timeout: 10_000 }).toMatchObject({ exported: 2, waiting: 0 });
  expect(collector.deliveries[0]?.headers).toMatchObject(headers);
  expect(argumentsOf(pid as number)).toContain("child.ts");
  expect(argumentsOf(pid as number)).not.toContain("of-the-operator");
});

function argumentsOf(pid: number): string {
  if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  return spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)]).stdout.toString();
}

test("a collector that does not answer holds up neither the store nor the end", async () => {
  const collector = await startCollector(() => "hang");
  onTestFinished(() => collector.close());
  const otlp = { endpoint: collector.url, headers: {}, version: "1.2.3" };
  const { telemetry, writer } = await start(temporaryFolder(), { otlp });
  for (let count = 0; count < 5_000; count++) writer.write(callRecord({ at: Date.now() }));
  await writer.flush();
  await telemetry.flush();
  const [measured] = await telemetry.measures("default", { from: 0, until: Number.MAX_SAFE_INTEGER });
  expect(measured).toMatchObject({ calls: 5_000 });
  await expect.poll(() => telemetry.status().spans).toMatchObject({ exported: 0, waiting: 10_000 });
  const started = performance.now();
  await telemetry.close();
  // Its own two seconds, and what the store needs to close.
  expect(performance.now() - started).toBeLessThan(6_000);
});

test("problems of a question come back as what they are", async () => {
  const { telemetry } = await start(temporaryFolder());
  const asked = telemetry.calls("default", {}, { limit: 10, cursor: "nonsense" });
  await expect(asked).rejects.toMatchObject({ name: "Problem", code: "invalid_input" });
});

test("however often the child is killed, no record is lost and none is there twice", async () => {
  const { telemetry, writer } = await start(temporaryFolder());
  const written: string[] = [];
  let done = false;
  const writing = (async () => {
    while (!done) {
      const records = Array.from({ length: 20 }, () => callRecord());
      for (const record of records) writer.write(record);
      written.push(...records.map(({ id }) => id));
      await systemClock.sleep(10);
    }
  })();
  const kills = 5;
  for (let kill = 1; kill <= kills; kill++) {
    await expect.poll(() => telemetry.status().ready, { timeout: 10_000 }).toBe(true);
    await systemClock.sleep(20 + kill * 60);
    process.kill(telemetry.status().pid as number, "SIGKILL");
    await expect.poll(() => telemetry.status().restarts, { timeout: 10_000 }).toBe(kill);
  }
  done = true;
  await writing;
  await writer.flush();
  await telemetry.flush();
  expect(writer.dropped()).toBe(0);
  expect(await allIds(telemetry)).toEqual(written.sort());
}, 60_000);

test("a question that the child took with it fails as unavailable, and the next waits for the next child", async () => {
  const { telemetry, writer } = await start(temporaryFolder());
  const record = callRecord();
  writer.write(record);
  await writer.flush();
  await telemetry.flush();
  process.kill(telemetry.status().pid as number, "SIGSTOP");
  const taken = telemetry.call("default", record.id);
  process.kill(telemetry.status().pid as number, "SIGKILL");
  await expect(taken).rejects.toBeInstanceOf(Problem);
  await expect(taken).rejects.toMatchObject({ code: "telemetry_unavailable" });
  expect(await telemetry.call("default", record.id)).toEqual(record);
});

test("a store that cannot be had does not hold up the start, and questions are refused at once", async () => {
  const dir = join(temporaryFolder(), "no-folder");
  writeFileSync(dir, "");
  const clock = {
    ...systemClock,
    after: (delay_ms: number, work: () => void) => systemClock.after(delay_ms / 5, work),
  };
  const telemetry = await startTelemetry({
    dir,
    spool_dir: `${dir}-spool`,
    clock,
    log: silentLog,
    on_rows: () => undefined,
  });
  onTestFinished(() => telemetry.close());
  expect(telemetry.status()).toMatchObject({ ready: false });
  await expect.poll(() => telemetry.status().restarts, { timeout: 10_000 }).toBeGreaterThan(1);
  const started = performance.now();
  await expect(telemetry.call("default", callRecord().id)).rejects.toMatchObject({ code: "telemetry_unavailable" });
  expect(performance.now() - started).toBeLessThan(500);
});

test("when the parent is killed the child goes too, and leaves the store to the next", async () => {
  const dir = temporaryFolder();
  const body = join(import.meta.dirname, "client.test-process.ts");
  const parent = spawn(process.execPath, [body, dir], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  parent.kill("SIGKILL");
  await expect.poll(() => isRunning(Number(line)), { timeout: 5_000 }).toBe(false);
  const { telemetry } = await start(dir);
  expect(telemetry.status()).toMatchObject({ ready: true, restarts: 0 });
});

test("after close nothing runs, nothing is asked, and what was spooled is there at the next start", async () => {
  const dir = temporaryFolder();
  const first = await start(dir);
  const record = callRecord();
  first.writer.write(record);
  await first.writer.close();
  const { pid } = first.telemetry.status();
  await first.telemetry.close();
  expect(isRunning(pid as number)).toBe(false);
  await expect(first.telemetry.call("default", record.id)).rejects.toMatchObject({ code: "telemetry_unavailable" });
  const second = await start(dir);
  expect(await second.telemetry.call("default", record.id)).toEqual(record);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process: that is the answer.
    return false;
  }
}
