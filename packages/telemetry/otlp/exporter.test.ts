// The exporter against a collector that listens: batches, time, failures of every kind, and the limit of what waits. Sockets are
// real; time is not.
import { LIMITS, type Log, type SimulatedClock, simulatedClock } from "@holdfast/base";
import { expect, onTestFinished, test } from "vitest";
import { type Delivery, type Reply, type StandIn, startCollector } from "../../../tests/process/collector.ts";
import { callRecord } from "../testing-records.ts";
import { openCollector } from "./collector.ts";
import { Exporter } from "./exporter.ts";
import { spansOf } from "./spans.ts";

/** `pauses`: what the exporter waited for, in milliseconds; the first one gathers. */
type World = { clock: SimulatedClock; pauses: number[]; collector: StandIn; exporter: Exporter; lines: string[] };

/** `random` 1: pauses are as long as they may be. */
async function world(replyTo?: (delivery: Delivery) => Reply): Promise<World> {
  const pauses: number[] = [];
  const clock = noting(simulatedClock(), pauses);
  const collector = await startCollector(replyTo);
  onTestFinished(() => collector.close());
  return { clock, pauses, collector, ...exporterTo(collector.url, clock) };
}

function noting(clock: SimulatedClock, pauses: number[]): SimulatedClock {
  return {
    ...clock,
    sleep(delay_ms, signal) {
      pauses.push(delay_ms);
      return clock.sleep(delay_ms, signal);
    },
  };
}

function exporterTo(endpoint: string, clock: SimulatedClock): Pick<World, "exporter" | "lines"> {
  const lines: string[] = [];
  const open = openCollector({ endpoint, headers: { "x-tenant": "shop" } }, clock);
  const log = logInto(lines);
  const exporter = new Exporter({ collector: open, version: "1.2.3", clock, log, random: () => 1 });
  onTestFinished(() => open.close());
  return { exporter, lines };
}

function logInto(lines: string[]): Log {
  const say: Log["info"] = (fields, message) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { debug: say, info: say, warn: say, error: say };
}

/** Each is two spans; they end now. */
function calls(clock: SimulatedClock, count: number) {
  return Array.from({ length: count }, () => callRecord({ at: clock.now() }));
}

const deliveries = ({ collector }: World, count: number) =>
  expect.poll(() => collector.deliveries.length, { interval: 5 }).toBe(count);
const exported = ({ exporter }: World, count: number) =>
  expect.poll(() => exporter.status().exported, { interval: 5 }).toBe(count);
const paused = ({ pauses }: World, after_gathering: number[]) =>
  expect.poll(() => pauses.slice(1), { interval: 5 }).toEqual(after_gathering);

/** What is not awaited has had the time that a round trip takes. */
const roundTrip = () => new Promise((resolve) => setTimeout(resolve, 50));

test("few spans wait for others, for a time", async () => {
  const all = await world();
  all.exporter.offer(calls(all.clock, 2));
  await all.clock.advance(LIMITS.otlp_batch_ms - 1);
  await roundTrip();
  expect(all.collector.deliveries).toEqual([]);
  all.exporter.offer(calls(all.clock, 1));
  await all.clock.advance(1);
  await exported(all, 6);
  expect(all.collector.deliveries).toMatchObject([
    {
      path: "/v1/traces",
      headers: { "content-type": "application/json", "content-encoding": "gzip", "x-tenant": "shop" },
      spans: Array(6).fill({}),
    },
  ]);
});

test("many spans go at once, a batch at a time, in their order", async () => {
  const all = await world();
  const offered = calls(all.clock, 600);
  all.exporter.offer(offered);
  await exported(all, 1_200);
  expect(all.collector.deliveries.map(({ spans }) => spans.length)).toEqual([512, 512, 176]);
  const servers = all.collector.spans().filter(({ kind }) => kind === 2);
  const ids = servers.map(({ attributes }) => attributes.find(({ key }) => key === "holdfast.call")?.value.stringValue);
  expect(ids).toEqual(offered.map(({ id }) => id));
  expect(all.exporter.status()).toMatchObject({ waiting: 0 });
});

test("a batch that was not taken is sent again, more and more slowly, and says so once", async () => {
  let failing = true;
  const all = await world(() => (failing ? { status: 503 } : undefined));
  all.exporter.offer(calls(all.clock, 1));
  await all.clock.advance(LIMITS.otlp_batch_ms);
  const expected = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  for (const [index, wait_ms] of expected.entries()) {
    await paused(all, expected.slice(0, index + 1));
    expect(all.collector.deliveries).toHaveLength(index + 1);
    if (index + 1 === expected.length) failing = false;
    await all.clock.advance(wait_ms);
  }
  await exported(all, 2);
  expect(new Set(all.collector.deliveries.map(({ spans }) => spans[0]?.spanId)).size).toBe(1);
  expect(all.lines).toEqual([
    expect.stringMatching(/^the collector does not take spans.*status 503/),
    expect.stringMatching(/^the collector answers again/),
  ]);
});

test("a collector that says when is asked then", async () => {
  const all = await world(() =>
    all.collector.deliveries.length === 1 ? { status: 429, headers: { "retry-after": "20" } } : undefined,
  );
  all.exporter.offer(calls(all.clock, 1));
  await all.clock.advance(LIMITS.otlp_batch_ms);
  await paused(all, [20_000]);
  await all.clock.advance(20_000);
  await exported(all, 2);
});

test("a collector that says nothing is given up after a time, and asked again", async () => {
  const all = await world(() => (all.collector.deliveries.length === 1 ? "hang" : undefined));
  all.exporter.offer(calls(all.clock, 1));
  await all.clock.advance(LIMITS.otlp_batch_ms);
  await deliveries(all, 1);
  await all.clock.advance(LIMITS.otlp_answer_ms);
  await paused(all, [1_000]);
  expect(all.lines).toEqual([expect.stringMatching("no answer within 10000 ms")]);
  await all.clock.advance(1_000);
  await exported(all, 2);
});

test("a collector that is away and comes back gets what waited", async () => {
  const all = await world();
  await all.collector.close();
  all.exporter.offer(calls(all.clock, 1));
  await all.clock.advance(LIMITS.otlp_batch_ms);
  await paused(all, [1_000]);
  expect(all.lines).toEqual([expect.stringMatching("ECONNREFUSED")]);
  const again = await startCollector(undefined, Number(new URL(all.collector.url).port));
  onTestFinished(() => again.close());
  await all.clock.advance(1_000);
  await exported(all, 2);
});

test("what a collector refuses or leaves out is counted and not sent again", async () => {
  const replies: Reply[] = [
    { status: 400, body: { message: "bad id" } },
    { status: 200, body: { partialSuccess: { rejectedSpans: "1", errorMessage: "too long" } } },
    { status: 200, body: { partialSuccess: { errorMessage: "only a warning" } } },
  ];
  const all = await world(() => replies.shift());
  for (let turn = 1; turn <= 4; turn++) {
    all.exporter.offer(calls(all.clock, 1));
    await all.clock.advance(LIMITS.otlp_batch_ms);
    await deliveries(all, turn);
    await expect.poll(() => all.exporter.status().waiting, { interval: 5 }).toBe(0);
  }
  await exported(all, 1 + 2 + 2);
  expect(all.exporter.status().dropped).toEqual({ too_old: 0, queue_full: 0, refused: 2, rejected: 1 });
  expect(all.lines).toEqual([
    expect.stringMatching(/^the collector refused spans.*"dropped":2.*status 400: bad id/),
    expect.stringMatching(/^the collector left spans out.*"dropped":1.*too long/),
    expect.stringMatching(/^the collector took spans with a warning.*only a warning/),
  ]);
});

test("an episode of losses is one line; another after a minute is another", async () => {
  const all = await world(() => ({ status: 400 }));
  const refusals = async (count: number): Promise<void> => {
    const before = all.collector.deliveries.length;
    all.exporter.offer(calls(all.clock, 1));
    await all.clock.advance(LIMITS.otlp_batch_ms);
    await deliveries(all, before + 1);
    await expect.poll(() => all.exporter.status().dropped.refused, { interval: 5 }).toBe(count);
  };
  await refusals(2);
  await refusals(4);
  expect(all.lines).toHaveLength(1);
  await all.clock.advance(60_000);
  await refusals(6);
  expect(all.lines).toHaveLength(2);
});

test("while nothing is taken, what waits has a limit in bytes, and what is beyond is counted", async () => {
  const all = await world(() => ({ status: 503 }));
  const record = callRecord({ at: all.clock.now(), query: "q".repeat(30_000) });
  all.exporter.offer(Array(20_000).fill(record));
  const { waiting, dropped } = all.exporter.status();
  expect(waiting + dropped.queue_full).toBe(40_000);
  const bytes_of_call = Buffer.byteLength(JSON.stringify(spansOf(record)));
  expect((waiting / 2) * bytes_of_call).toBeGreaterThan(LIMITS.otlp_queue_bytes_max - bytes_of_call);
  expect((waiting / 2) * bytes_of_call).toBeLessThan(LIMITS.otlp_queue_bytes_max * 1.01);
  expect(all.lines.filter((line) => line.startsWith("the collector takes spans too slowly"))).toHaveLength(1);
});

test("calls of long ago are not exported", async () => {
  const all = await world();
  const old = all.clock.now() - LIMITS.otlp_age_ms_max;
  const ended_since = callRecord({ at: old - 1_000, duration_us: 2_000_000 });
  all.exporter.offer([callRecord({ at: old - 1_000, duration_us: 1_000 }), ended_since]);
  await all.clock.advance(LIMITS.otlp_batch_ms);
  await exported(all, 2);
  expect(all.exporter.status().dropped).toMatchObject({ too_old: 2 });
});

test("at the end what waits is sent, without waiting for the next time to try", async () => {
  let failing = true;
  const all = await world(() => (failing ? { status: 503, headers: { "retry-after": "300" } } : undefined));
  all.exporter.offer(calls(all.clock, 300));
  await expect.poll(() => all.pauses, { interval: 5 }).toContain(300_000);
  all.exporter.offer(calls(all.clock, 1));
  failing = false;
  await all.exporter.close();
  expect(all.exporter.status()).toMatchObject({ exported: 602, waiting: 0 });
});

test("an end does not wait for a collector that does not answer, and says what was not exported", async () => {
  const all = await world(() => "hang");
  all.exporter.offer(calls(all.clock, 1));
  const closed = all.exporter.close();
  await deliveries(all, 1);
  await all.clock.advance(LIMITS.otlp_close_ms);
  await closed;
  expect(all.lines).toEqual([expect.stringMatching(/^spans were not exported before the end {"spans":2}/)]);
});

test("an end beside a collector that refuses is no endless row of attempts", async () => {
  const all = await world(() => ({ status: 503 }));
  all.exporter.offer(calls(all.clock, 1));
  await all.exporter.close();
  expect(all.collector.deliveries.length).toBe(1);
  expect(all.lines).toEqual([expect.stringMatching(/^spans were not exported before the end/)]);
});

test("an address that nobody may be connected to is not connected to", async () => {
  const clock = simulatedClock();
  const { exporter, lines } = exporterTo("http://169.254.169.254:4318", clock);
  exporter.offer(calls(clock, 1));
  await clock.advance(LIMITS.otlp_batch_ms);
  await expect.poll(() => lines).toEqual([expect.stringMatching(/169\.254\.169\.254 is not an address/)]);
});
