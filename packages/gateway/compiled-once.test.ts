// Settings are compiled when a plan is prepared, and not looked at as texts again: no call parses, compiles or prepares anything but what
// it brought along itself.
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chat, completion, provider } from "../../tests/gateway/model-providers.ts";
import { closeAll, modelAt, planOf, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

const counted = vi.hoisted(() => ({ compiled: 0, prepared: 0 }));

vi.mock("@holdfast/expressions", async (original) => {
  const real = await original<typeof import("@holdfast/expressions")>();
  const count =
    <Arguments extends unknown[], Made>(make: (...given: Arguments) => Made) =>
    (...given: Arguments): Made => {
      counted.compiled++;
      return make(...given);
    };
  return {
    ...real,
    compileExpression: count(real.compileExpression),
    compileSchema: count(real.compileSchema),
    compilePattern: count(real.compilePattern),
    safePattern: count(real.safePattern),
    parseTemplate: count(real.parseTemplate),
  };
});

vi.mock("./policies/policies.ts", async (original) => {
  const { policies } = await original<typeof import("./policies/policies.ts")>();
  const counting = policies.map((policy) => ({
    ...policy,
    prepare: (...given: Parameters<typeof policy.prepare>) => {
      counted.prepared++;
      return policy.prepare(...given);
    },
  }));
  return { policies: counting };
});

beforeEach(() => Object.assign(counted, { compiled: 0, prepared: 0 }));
afterEach(closeAll);

const BODY = '{"item":"a cup"}';
const ANSWER = '{"made":"a cup"}';

/** With settings of every kind that is a text. */
function routeWithEverything(url: string): PlanRoute {
  return routeTo(url, {
    path: "/orders/:id",
    access: "api-key",
    limits: [{ name: "many", by: "consumer", rate: { count: 1000, window_ms: 60_000 }, burst: 1000 }],
    checks: {
      schema: { draft: "2020-12", schema: { type: "object", properties: { item: { pattern: "^a" } } } },
      hostile: { mode: "block", skip: [], headers: [], body: true, headers_most: 100 },
    },
    transform: {
      request: {
        headers: { set: { "x-id": "{param.id}" }, add: {}, remove: [] },
        query: { set: { q: "{header.x-name}" }, remove: [] },
        body: '{ "item": item, "id": $param.id }',
        other_bodies: "pass",
      },
      response: {
        headers: { set: { "x-id": "{param.id}" }, add: {}, remove: [] },
        status: {},
        body: '{ "made": made }',
        other_bodies: "pass",
      },
    },
  });
}

test("a route with checks, limits and transformations", async () => {
  const { url } = await upstream((incoming, response) => {
    incoming.resume().on("end", () => response.setHeader("content-type", "application/json").end(ANSWER));
  });
  const { port, gateway } = await world({ routes: [routeWithEverything(url)] });
  expect(counted.compiled).toBeGreaterThan(4);
  expect(counted.prepared).toBeGreaterThan(10);
  const before = { ...counted };
  const parse = vi.spyOn(JSON, "parse");
  const headers = ["x-api-key: key-of-shop", "Content-Type: application/json", `Content-Length: ${BODY.length}`];
  for (let call = 0; call < 10; call++) {
    const answer = await talk(port, { pieces: [request("POST /orders/7", headers, BODY)] });
    expect(answer.status).toBe(200);
  }
  expect(counted).toEqual(before);
  const parsed = new Set(parse.mock.calls.map(([text]) => String(text)));
  expect(parsed).toEqual(new Set([BODY, ANSWER]));
  // The counters do count: the next plan is prepared anew.
  await gateway.swap(planOf({ number: 8, routes: [routeWithEverything(url)] }));
  expect(counted.compiled).toBe(2 * before.compiled);
});

test("a model", async () => {
  const first = await provider("first", completion);
  const { port } = await world({ models: [modelAt([first.target], { access: "api-key" })] });
  const before = { ...counted };
  const parse = vi.spyOn(JSON, "parse");
  for (let call = 0; call < 10; call++) expect((await talk(port, { pieces: [chat({})] })).status).toBe(200);
  expect(counted).toEqual(before);
  // The client's request, the provider's copy of it, and the answer, once each.
  expect(parse.mock.calls.filter(([text]) => text.startsWith("{"))).toHaveLength(30);
});
