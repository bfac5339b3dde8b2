// What a gateway counts of its calls, through a real one.
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "@holdfast/base";
import type { CallFigures } from "@holdfast/contract";
import { afterEach, expect, test } from "vitest";
import { closeAll, planOf, request, routeTo, talk, upstream, world } from "../../../tests/gateway/world.ts";
import { addFigures, ended, NO_FIGURES } from "./add-figures.ts";
import { CallMeters } from "./meter.ts";

afterEach(closeAll);

test("calls are counted by subject and release, and go on being counted under the next plan", async () => {
  const { url } = await upstream((incoming, response) => {
    response.statusCode = incoming.url === "/orders/bad" ? 500 : 200;
    response.end("four");
  });
  const limits = [{ name: "few", by: "route" as const, rate: { count: 4, window_ms: 60_000 }, burst: 4 }];
  const route = routeTo(url, { limits });
  const gone = routeTo("http://127.0.0.1:1", { path: "/gone/**", subject: "routes.gone", name: "gone" });
  const { gateway, port, records } = await world({ routes: [route, gone] });
  const get = (path: string) => talk(port, { pieces: [request(`GET ${path}`)] });
  await get("/orders/1");
  await get("/orders/bad");
  await gateway.swap(planOf({ number: 8, routes: [route, gone] }));
  for (const path of ["/orders/2", "/orders/3", "/orders/4", "/gone/1", "/nowhere"]) await get(path);
  for (let turn = 0; turn < 100 && records.length < 7; turn++) await sleep(10);
  const { calls, running } = gateway.figures();
  const one = (subject: string, release: string) =>
    calls.find((figures) => figures.subject === subject && figures.release === release) as CallFigures;
  expect(one("routes.orders", "v1")).toMatchObject({ statuses: [0, 3, 0, 0, 1], response_bytes: 16, refusals: {} });
  expect(one("routes.orders", "")).toMatchObject({ statuses: [0, 0, 0, 1, 0], refusals: { limits: 1 } });
  expect(one("routes.gone", "v1")).toMatchObject({
    statuses: [0, 0, 0, 0, 1],
    upstream_errors: { upstream_unreachable: 1 },
  });
  expect(one("", "")).toMatchObject({ workspace: "", statuses: [0, 0, 0, 1, 0] });
  expect(one("routes.orders", "v1").durations.reduce((sum, count) => sum + count)).toBe(4);
  expect(one("routes.orders", "v1").duration_sum_s).toBeGreaterThan(0);
  expect(running).toBe(0);
});

test("a head that is refused before it is a call counts by its status, and takes no time", async () => {
  const { gateway, port } = await world({ routes: [] });
  await talk(port, {
    pieces: ["GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n"],
  });
  expect(gateway.figures().calls).toMatchObject([{ workspace: "", subject: "", statuses: [0, 0, 0, 1, 0] }]);
  expect(gateway.figures().calls[0]?.durations.every((count) => count === 0)).toBe(true);
});

test("series are bounded: subjects beyond count together", () => {
  const meters = new CallMeters();
  for (let subject = 0; subject < LIMITS.figures_series_max; subject++) meters.of("acme", `routes.${subject}`, "v1");
  const [before, after] = [meters.of("acme", "routes.0", "v1"), meters.of("acme", "routes.late", "v1")];
  expect([before.subject, after.subject]).toEqual(["routes.0", ""]);
});

test("workers' figures add up, and what a worker counted outlives it", () => {
  const figures: CallFigures = {
    workspace: "acme",
    subject: "routes.orders",
    release: "v1",
    statuses: [0, 1, 0, 0, 2],
    durations: [3],
    duration_sum_s: 0.5,
    request_bytes: 1,
    response_bytes: 2,
    cache: [1],
    refusals: { limits: 1 },
    upstream_errors: {},
  };
  const one = { calls: [figures], running: 3, shed: 7, cache_bytes: 10 };
  const other = {
    calls: [
      { ...figures, refusals: { cors: 1 } },
      { ...figures, release: "v2" },
    ],
    running: 1,
    shed: 1,
    cache_bytes: 5,
  };
  const sum = addFigures(addFigures(NO_FIGURES, one), other);
  expect(sum).toMatchObject({ running: 4, shed: 8, cache_bytes: 15 });
  expect(sum.calls).toEqual([
    {
      ...figures,
      statuses: [0, 2, 0, 0, 4],
      durations: [6],
      duration_sum_s: 1,
      request_bytes: 2,
      response_bytes: 4,
      cache: [2],
      refusals: { limits: 1, cors: 1 },
    },
    { ...figures, release: "v2" },
  ]);
  expect(ended(one)).toEqual({ calls: [figures], running: 0, shed: 7, cache_bytes: 0 });
});
