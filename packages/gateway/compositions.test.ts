// Routes that compose their answer out of several steps.
import { setTimeout as sleep } from "node:timers/promises";
import type { PlanCompose, PlanRoute, PlanStep } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { ask, type Echo, echo, post } from "../../tests/gateway/message-routes.ts";
import { closeAll, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("compositions", () => {
  const step = (name: string, url: string, more: Partial<PlanStep> = {}): PlanStep => ({
    name,
    service: name,
    releases: [{ name: "v1", weight: 1, targets: [{ url }] }],
    method: "GET",
    path: `/${name}`,
    query: {},
    headers: {},
    after: [],
    required: true,
    default: null,
    timeout_ms: 2000,
    connect_ms: 500,
    ...more,
  });
  const composed = (steps: PlanStep[], more: Partial<PlanCompose> = {}): PlanRoute => {
    const names = steps.map(({ name }) => `"${name}": ${name}`).join(", ");
    return routeTo("", {
      path: "/pages/:id",
      service: "",
      releases: [{ name: "composed", weight: 1, targets: [] }],
      compose: { steps, result: `{ ${names} }`, bytes_max: 100_000, ...more },
    });
  };
  const json = (body: unknown, delay_ms = 0) =>
    upstream(
      (_, response) =>
        void sleep(delay_ms).then(() =>
          response.setHeader("content-type", "application/json").end(JSON.stringify(body)),
        ),
    );

  test("steps run side by side, and after those that they need", async () => {
    const [slow, other, echoed] = [await json({ user: { id: 7 } }, 300), await json([1, 2], 300), await echo()];
    const route = composed([
      step("order", slow.url),
      step("items", `${other.url}/base`),
      step("user", echoed.url, {
        after: ["order"],
        method: "POST",
        path: "/users/{step.order.user.id}/{param.id}",
        query: { q: "{query.q}" },
        headers: { "x-id": "{param.id}" },
        body: '{ "who": order.user.id, "sent": request.body.a }',
      }),
    ]);
    const began = performance.now();
    const { answer, record } = await ask(route, post("/pages/9?q=a%26b", '{"a":1}'));
    expect(performance.now() - began).toBeLessThan(900);
    const made = JSON.parse(answer.body) as { order: unknown; items: unknown; user: Echo };
    expect(made).toMatchObject({ order: { user: { id: 7 } }, items: [1, 2] });
    expect(made.user).toMatchObject({ method: "POST", url: "/users/7/9?q=a%26b", headers: { "x-id": "9" } });
    expect(JSON.parse(made.user.body)).toEqual({ who: 7, sent: 1 });
    expect(record).toMatchObject({
      status: 200,
      outcome: "ok",
      attempts: 3,
      release: "composed",
      upstream: echoed.url.slice(7),
    });
  });

  test.each<[string, Parameters<typeof upstream>[0], RegExp]>([
    ["answers with an error", (_, response) => void response.writeHead(500).end(), /answered 500/],
    ["says nothing in time", () => undefined, /no whole answer within 100 ms/],
    ["closes the connection", (incoming) => void incoming.socket.destroy(), /closed the connection/],
    [
      "answers with broken JSON",
      (_, response) => void response.setHeader("content-type", "application/json").end("{"),
      /not usable JSON/,
    ],
  ])("a step that %s fails the whole, or has its default", async (_, listener, why) => {
    const [good, bad] = [await json({ a: 1 }), await upstream(listener)];
    const failing = (more: Partial<PlanStep>) =>
      composed([step("good", good.url), step("bad", bad.url, { timeout_ms: 100, ...more })]);
    const required = await ask(failing({}), request("GET /pages/1"));
    expect(required.answer.status).toBe(502);
    expect(required.record).toMatchObject({ outcome: "upstream_step_failed", error_origin: "upstream", attempts: 2 });
    expect(required.record.reason).toMatch(why);
    const optional = await ask(failing({ required: false, default: [] }), request("GET /pages/1"));
    expect(JSON.parse(optional.answer.body)).toEqual({ good: { a: 1 }, bad: [] });
    expect(optional.record.notes).toMatch(why);
  });

  test("a service that cannot be reached is a failed step", async () => {
    const { answer, record } = await ask(composed([step("gone", "http://127.0.0.1:1")]), request("GET /pages/1"));
    expect(answer.status).toBe(502);
    expect(record.reason).toMatch(/^Step gone: No connection [^.]+\.$/);
  });

  test("answers that are too large together fail the whole", async () => {
    const [left, right] = [await json("x".repeat(700)), await json("y".repeat(700))];
    const { answer, record } = await ask(
      composed([step("left", left.url), step("right", right.url)], { bytes_max: 1000 }),
      request("GET /pages/1"),
    );
    expect(answer.status).toBe(502);
    expect(record.reason).toMatch(/too large together/);
  });

  test("a client that leaves cancels every step", async () => {
    let open = 0;
    const waiting = await upstream((incoming) => {
      open++;
      incoming.socket.on("close", () => open--);
    });
    const { port, record } = await world({ routes: [composed([step("a", waiting.url), step("b", waiting.url)])] });
    const left = talk(port, { pieces: [request("GET /pages/1")], wait_ms: 300 });
    await sleep(150);
    expect(open).toBe(2);
    await left;
    const left_at = performance.now();
    while (open > 0 && performance.now() - left_at < 1000) await sleep(10);
    expect(open).toBe(0);
    expect(performance.now() - left_at).toBeLessThan(250);
    expect(await record()).toMatchObject({ outcome: "client_gone", status: 499, attempts: 2 });
  });

  test("a failed step cancels the others", async () => {
    let open = 0;
    const waiting = await upstream((incoming) => {
      open++;
      incoming.socket.on("close", () => open--);
    });
    const bad = await upstream((_, response) => void sleep(100).then(() => response.writeHead(500).end()));
    const { answer } = await ask(composed([step("a", waiting.url), step("b", bad.url)]), request("GET /pages/1"));
    expect(answer.status).toBe(502);
    for (let turn = 0; turn < 50 && open > 0; turn++) await sleep(20);
    expect(open).toBe(0);
  });

  test("an expression that does not fit what the steps said is an error in words", async () => {
    const good = await json({ a: "x" });
    const { answer } = await ask(composed([step("good", good.url)], { result: "good.a + 1" }), request("GET /pages/1"));
    expect(answer.status).toBe(502);
    expect(answer.body).toContain("The expression of the result failed");
  });

  test("policies of the route change its answer as they would an upstream's", async () => {
    const good = await json({ a: 1 });
    const headers = { set: { "x-made": "{param.id}" }, add: {}, remove: [] };
    const route = {
      ...composed([step("good", good.url)]),
      transform: { response: { headers, status: {}, body: "good", other_bodies: "pass" as const } },
    };
    const { answer } = await ask(route, request("GET /pages/5"));
    expect(JSON.parse(answer.body)).toEqual({ a: 1 });
    expect(answer.header("x-made")).toBe("5");
  });
});
