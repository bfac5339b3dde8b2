import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { simulatedClock } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import { afterEach, expect, test } from "vitest";
import {
  closeAll,
  keyHash,
  planOf,
  rawUpstream,
  request,
  routeTo,
  talk,
  upstream,
  world,
} from "../../tests/gateway/world.ts";
import { createSharedCounters } from "./counters/shared.ts";

afterEach(closeAll);

/** A gateway in a thread of its own: says its port, then what it recorded. */
const GATEWAY = `
  const { workerData, parentPort } = require("node:worker_threads");
  (async () => {
    const { createSharedCounters, startGateway } = await import(workerData.gateway);
    const { idSource, systemClock } = await import(workerData.base);
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const gateway = await startGateway({
      ...workerData.options, log, clock: systemClock, ids: idSource(), reuse_port: true,
      counters: createSharedCounters(workerData.buffer),
      records: { write: (record) => parentPort.postMessage(record) },
    });
    parentPort.postMessage(gateway.port);
    parentPort.on("message", () => gateway.drain(1000).then(() => process.exit()));
  })();
`;

const few = { name: "few", rate: { count: 30, window_ms: 3_600_000 }, burst: 30 };
const onGold: Partial<Plan> = {
  consumers: [{ workspace: "acme", name: "shop", key_hashes: [keyHash("key-of-shop")], plan: "gold" }],
  consumer_plans: [{ workspace: "acme", name: "gold", limits: [{ ...few, by: "consumer", plan: "gold" }] }],
};

test.each([
  ["one limit of a route", { limits: [{ ...few, by: "route" as const }] }, {}],
  ["one limit of a consumer's plan, over two routes,", { access: "api-key" as const }, onGold],
])("two worker threads share a port, and %s exactly", async (_, route, parts) => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const stock = routeTo(url, { name: "stock", subject: "routes.stock", path: "/stock", access: "api-key" });
  const plan = planOf({ routes: [routeTo(url, route), stock], ...parts });
  const paths = "consumer_plans" in parts ? ["/orders/1", "/stock"] : ["/orders/1"];
  const { buffer } = createSharedCounters();
  const workers: Worker[] = [];
  const nodes = new Set<string>();
  let port = 0;
  for (const node of ["a", "b"]) {
    const options = { plan, host: "127.0.0.1", port, node };
    const [gateway, base] = ["./index.ts", "../base/index.ts"].map((path) => new URL(path, import.meta.url).href);
    const worker = new Worker(GATEWAY, { eval: true, workerData: { gateway, base, buffer, options } });
    workers.push(worker);
    [port] = (await once(worker, "message")) as [number];
    worker.on("message", (record: { node: string }) => nodes.add(record.node));
  }
  const statuses = await Promise.all(
    Array.from({ length: 80 }, async (_, call) => {
      const asked = request(`GET ${paths[call % paths.length]}`, ["x-api-key: key-of-shop"]);
      return (await talk(port, { pieces: [asked] })).status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(30);
  expect(statuses.filter((status) => status === 429)).toHaveLength(50);
  expect(nodes).toEqual(new Set(["a", "b"]));
  await Promise.all(
    workers.map((worker) => {
      worker.postMessage("drain");
      return once(worker, "exit");
    }),
  );
});

test("deadlines follow the clock that was handed in", async () => {
  const clock = simulatedClock();
  const { url } = await rawUpstream(() => undefined);
  const hours = 3_600_000;
  const timeouts = { connect_ms: hours, first_byte_ms: 2 * hours, idle_ms: hours, total_ms: 9 * hours };
  const { port, records } = await world({ routes: [routeTo(url, { timeouts })] }, clock);
  const asking = talk(port, { pieces: [request("GET /orders/1")] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await clock.advance(2 * hours - 1000);
  expect(records).toEqual([]);
  await clock.advance(2000);
  expect((await asking).status).toBe(504);
  expect(records).toMatchObject([{ outcome: "upstream_timeout" }]);
});
