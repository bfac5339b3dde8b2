import { type AddressInfo, createServer } from "node:net";
import { type Log, systemClock } from "@holdfast/base";
import { expect, it } from "vitest";
import type { RecordSink } from "../pipeline/worker.ts";
import { callOver, leaveEarly, type Statuses } from "./callers.ts";
import { WARM_UP_CALLS, warmUp } from "./warm-up.ts";

const lines: string[] = [];
const note = (_fields: object, message: string): void => void lines.push(message);
const log: Log = { debug: note, info: note, warn: note, error: note };

let recorded = 0;
const records: RecordSink = { write: () => void recorded++ };

function sum(statuses: Statuses): number {
  return Object.values(statuses).reduce((all, calls) => all + calls, 0);
}

/** Timers count as well: what looks at calls and upstreams every so often would go on. */
function open(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;
}

it("meets every kind of answer, and leaves nothing open", async () => {
  const before = open();
  const calls = await warmUp({ clock: systemClock, log, records, workers: 4 });

  expect(lines).toEqual(["the gateway has warmed up"]);
  expect(calls?.answered).toEqual({ 200: WARM_UP_CALLS.answered });
  expect(calls?.refused).toEqual({ 502: WARM_UP_CALLS.refused });
  expect(sum(calls?.unanswered ?? {})).toBe(WARM_UP_CALLS.unanswered);
  expect(recorded).toBeGreaterThanOrEqual(sum(WARM_UP_CALLS));
  expect(calls?.unanswered[504]).toBeGreaterThan(WARM_UP_CALLS.unanswered / 2);
  // Sockets are gone a turn after they were closed.
  await systemClock.sleep(50);
  expect(open()).toBeLessThanOrEqual(before);
});

it("does not wait for who does not answer, once it is late", async () => {
  const silent = createServer((socket) => void socket.on("error", () => undefined).resume()).listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as AddressInfo;
  const late = new AbortController();
  const calls = callOver({ host: "127.0.0.1", port, path: "/", calls: 10, at_once: 2 }, late.signal);
  await systemClock.sleep(20);
  late.abort();
  expect(await calls).toEqual({});
  silent.close();
});

it("leaves before it is answered, in order and not, and makes no call once it is late", async () => {
  const ends: string[] = [];
  const silent = createServer((socket) => {
    socket.resume();
    socket.on("error", () => ends.push("reset")).on("end", () => ends.push("end"));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as AddressInfo;
  const calls = { host: "127.0.0.1", port, path: "/", calls: 4 };
  const late = new AbortController();
  await leaveEarly(calls, systemClock, late.signal);
  await expect.poll(() => ends.toSorted()).toEqual(["end", "end", "reset", "reset"]);
  late.abort();
  await leaveEarly(calls, systemClock, late.signal);
  expect(ends).toHaveLength(4);
  silent.close();
});
