// What is asked again of an upstream, and over which connection.
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { simulatedClock } from "@holdfast/base";
import type { RetrySettings } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { hear } from "../../tests/gateway/hearing.ts";
import { ask, askMany, dead, routeOver, servers } from "../../tests/gateway/upstream-servers.ts";
import { closeAll, rawUpstream, request, routeTo, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const retries: RetrySettings = {
  attempts: 2,
  budget: 1,
  always: 100,
  on: ["connect-failure", "reset", "gateway-error"],
  back_off: 5,
  keep_body: 1024,
};

describe("retries", () => {
  test("go to another upstream, and the record counts them", async () => {
    const [, b] = await servers("a", "b");
    const { port, records } = await world({ routes: [routeOver([await dead(), b], { retries })] });
    expect(await askMany(port, 4)).toEqual(["b", "b", "b", "b"]);
    expect(records.map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2, 2]);
    expect(new Set(records.map(({ upstream }) => upstream))).toEqual(new Set([b.url.slice(7)]));
    expect(records.every(({ outcome, upstream_status }) => outcome === "ok" && upstream_status === 200)).toBe(true);
  });

  test.each([
    ["a GET", "GET /orders/1", [], "", "bbbb"],
    ["a POST", "POST /orders/1", [], "x", "503 503 bb"],
    ["a POST with an idempotency key", "POST /orders/1", ["Idempotency-Key: k1"], "x=1", "bbbb"],
    ["a PUT", "PUT /orders/1", [], "x=1", "bbbb"],
  ])("%s that was answered 503", async (_, line, headers, body, expected) => {
    const [a, b] = await servers("a", "b");
    a.state.status = 503;
    const { port } = await world({ routes: [routeOver([a, b], { retries })] });
    const answers: string[] = [];
    for (let call = 0; call < 4; call++) answers.push(await ask(port, line, headers, body));
    expect(answers.sort().join(" ").replaceAll("b b", "bb").replaceAll("b b", "bb")).toBe(expected);
    // The kept body is sent whole, with its true length.
    expect(b.state.bodies.every((sent) => sent === body)).toBe(true);
  });

  test("a POST is asked elsewhere when nothing of it was sent", async () => {
    const [b] = await servers("b");
    const { port } = await world({ routes: [routeOver([await dead(), b], { retries })] });
    for (let call = 0; call < 4; call++) expect(await ask(port, "POST /orders/1", [], "hello")).toBe("b");
    expect(b.state.bodies).toEqual(["hello", "hello", "hello", "hello"]);
  });

  test("a body that is too long to keep is not sent twice", async () => {
    const [a, b] = await servers("a", "b");
    a.state.status = 503;
    const { port, records } = await world({ routes: [routeOver([a, b], { retries: { ...retries, keep_body: 3 } })] });
    const answers = [];
    for (let call = 0; call < 4; call++) answers.push(await ask(port, "PUT /orders/1", [], "hello"));
    expect(answers.sort()).toEqual(["503", "503", "b", "b"]);
    expect(records.every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test("nothing is repeated once the answer's first byte was passed on", async () => {
    const cut = await rawUpstream((socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"));
    const [b] = await servers("b");
    const on = [...retries.on, "timeout" as const, "5xx" as const];
    const { port, record } = await world({ routes: [routeOver([cut, b], { retries: { ...retries, on } })] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer).toMatchObject({ status: 200, body: "12345", ended: "closed" });
    expect(await record()).toMatchObject({ outcome: "upstream_body_cut", attempts: 1 });
    expect(b.state.calls).toBe(0);
  });

  test("a client that leaves while the next try waits is noticed, and nothing more is sent", async () => {
    const [a] = await servers("a");
    a.state.status = 503;
    // It stands still, and so the next try waits until the test says so.
    const clock = simulatedClock();
    const { port, record } = await world({ routes: [routeOver([a], { retries })] }, clock);
    const { socket } = hear(port, request("GET /orders/1"));
    await expect.poll(() => a.state.calls).toBe(1);
    await sleep(20);
    const left_at = performance.now();
    socket.destroy();
    expect(await record()).toMatchObject({ outcome: "client_gone", attempts: 1 });
    expect(performance.now() - left_at).toBeLessThan(250);
    await clock.advance(100);
    await sleep(50);
    expect(a.state.calls).toBe(1);
  });

  test("what goes out again because a kept connection had closed is no attempt, and is on record", async () => {
    let requests = 0;
    // Keeps its connection after the first answer and closes it on the second request, and then fails once.
    const raw = await rawUpstream((socket) => {
      requests++;
      if (requests === 2) socket.end();
      else socket.write(`HTTP/1.1 ${requests === 3 ? 503 : 200} Any\r\nContent-Length: 2\r\n\r\nok`);
    });
    const { port, records } = await world({ routes: [routeOver([raw], { retries })] });
    const statuses = [];
    for (let call = 0; call < 2; call++)
      statuses.push((await talk(port, { pieces: [request("GET /orders/1")] })).status);
    expect(statuses).toEqual([200, 200]);
    expect(requests).toBe(4);
    expect(records.map(({ attempts }) => attempts)).toEqual([1, 3]);
  });

  test("the same upstream is asked again where it is the only one", async () => {
    const [a] = await servers("a");
    a.state.status = 503;
    const { port, record } = await world({ routes: [routeOver([a], { retries: { ...retries, attempts: 3 } })] });
    expect(await ask(port)).toBe("503");
    expect(await record()).toMatchObject({ attempts: 3, status: 503, outcome: "upstream_error" });
  });

  test("silence is a reason only where the settings say so", async () => {
    const [a, b] = await servers("a", "b");
    a.state.silent = true;
    const timeouts = { connect_ms: 200, first_byte_ms: 100, idle_ms: 200, total_ms: 2000 };
    const routes = [
      routeOver([a, b], { retries }, { timeouts }),
      routeOver(
        [a, b],
        { retries: { ...retries, on: ["timeout"] } },
        { timeouts, name: "more", subject: "routes.more", path: "/more" },
      ),
    ];
    const { port } = await world({ routes });
    expect([await ask(port), await ask(port)].sort()).toEqual(["504", "b"]);
    expect([await ask(port, "GET /more"), await ask(port, "GET /more")]).toEqual(["b", "b"]);
  });

  test("stay inside their budget, so that an outage is not doubled", async () => {
    const [a] = await servers("a");
    a.state.status = 503;
    const { port } = await world({ routes: [routeOver([a], { retries: { ...retries, budget: 0.1, always: 1 } })] });
    await askMany(port, 30);
    expect(a.state.calls).toBe(33);
  });
});

describe("a connection whose answer was not read to its end is not used again", () => {
  test("when the answer was thrown away for another try", async () => {
    const raw = await rawUpstream((socket, received) => {
      if (raw.connections() === 1) socket.write("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nonly this");
      else if (received.endsWith("\r\n\r\n")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const { port, record } = await world({ routes: [routeOver([raw], { retries })] });
    expect(await ask(port)).toBe("ok");
    expect(raw.connections()).toBe(2);
    expect(await record()).toMatchObject({ attempts: 2, outcome: "ok" });
  });

  test("when the client left inside the answer", async () => {
    const raw = await rawUpstream((socket, received) => {
      const first = received.includes("/orders/first");
      socket.write(
        first ? "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      );
    });
    const { port, records } = await world({ routes: [routeTo(raw.url)] });
    await talk(port, { pieces: [request("GET /orders/first")], until: (text) => text.includes("half") });
    await expect.poll(() => records.length).toBe(1);
    expect(await ask(port, "GET /orders/second")).toBe("ok");
    expect(raw.connections()).toBe(2);
  });

  test("when the answer came before the request's end", async () => {
    const raw = await rawUpstream((socket, received) => {
      const early = received.startsWith("POST") && received.includes("begin") && !received.includes("the rest");
      if (early) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly");
      if (received.startsWith("GET")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const { port } = await world({ routes: [routeTo(raw.url)] });
    const posted = await talk(port, {
      pieces: [request("POST /orders/1", ["Content-Length: 200"], "begin")],
      until: (text) => text.includes("early"),
    });
    expect(posted.body).toBe("early");
    expect(await ask(port, "GET /orders/2")).toBe("ok");
    expect(raw.connections()).toBe(2);
  });
});
