// How calls to an HTTP/2 upstream end early: goodbyes, refusals, resets, clients that leave.
import { once } from "node:events";
import { constants, type ServerHttp2Stream } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { answerOf, h2Upstream } from "../../tests/gateway/h2-parts.ts";
import { behind, type Echo, echo, GET, PUT, routeOverH2 } from "../../tests/gateway/h2-routes.ts";
import { hear } from "../../tests/gateway/hearing.ts";
import { closeAll, request, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("goodbyes and refusals of an upstream", () => {
  test("after GOAWAY new calls go over another connection, and running ones end on theirs", async () => {
    const first = Promise.withResolvers<ServerHttp2Stream>();
    let calls = 0;
    const { url, sessions } = await h2Upstream((stream) => {
      stream.respond({ ":status": 200 });
      if (++calls === 1) first.resolve(stream);
      else stream.end("second");
    });
    const { client } = await behind(url);
    const session = await client();
    const running = answerOf(session.request(GET));
    const stream = await first.promise;
    sessions[0]?.close();
    await sleep(300);
    expect(String((await answerOf(session.request(GET))).body)).toBe("second");
    stream.end("first");
    expect(String((await running).body)).toBe("first");
    expect(sessions).toHaveLength(2);
  });

  test.each([
    ["without a body", "", false],
    ["with a body that was sent already", "x".repeat(10_000), false],
    ["twice: then it is unreachable", "", true],
  ])("a call that was refused unread is sent again, once, %s", async (_, body, always) => {
    let calls = 0;
    const { url } = await h2Upstream((stream, headers) => {
      calls++;
      if (calls === 1 || always) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else void echo(stream, headers);
    });
    const { client, record } = await behind(url);
    const stream = (await client()).request({ ...GET, ":method": "POST" });
    stream.end(body);
    const answer = await answerOf(stream);
    expect(calls).toBe(2);
    if (always) expect([answer.status, (await record()).outcome]).toEqual([502, "upstream_unreachable"]);
    else expect((JSON.parse(answer.body.toString()) as Echo).body).toBe(body);
  });

  test("a reset before an answer is not repeated for what is not safe to repeat", async () => {
    let calls = 0;
    const { url } = await h2Upstream((stream) => {
      calls++;
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
    const { client, record } = await behind(url);
    const stream = (await client()).request({ ...GET, ":method": "POST" });
    stream.end("pay 5 EUR");
    expect((await answerOf(stream)).status).toBe(502);
    expect(calls).toBe(1);
    expect((await record()).outcome).toBe("upstream_invalid");
  });

  test("an answer that is reset in the middle is cut for the client too", async () => {
    const { url } = await h2Upstream((stream) => {
      // Without this Node ends the stream cleanly before it resets it.
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => undefined);
      stream.write("half");
      setTimeout(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 50);
    });
    const { client, record } = await behind(url);
    await expect(answerOf((await client()).request(GET))).rejects.toThrow();
    expect((await record()).outcome).toBe("upstream_body_cut");
  });

  test.each([
    ["before an answer", false, 502, "upstream_invalid"],
    ["inside an answer", true, 200, "upstream_body_cut"],
  ])("a connection that ends without a word %s is noticed at once", async (_, answers, status, outcome) => {
    for (const way of ["destroy", "resetAndDestroy"] as const) {
      const { url, sockets } = await h2Upstream((stream) => {
        if (answers) stream.respond({ ":status": 200 });
        if (answers) stream.write("half");
      });
      const { port, record } = await world({ routes: [routeOverH2(url)] });
      const { until, socket } = hear(port, request("POST /orders/1", ["Content-Length: 0"]));
      await (answers ? until("half") : expect.poll(() => sockets.length).toBe(1));
      await sleep(50);
      const ended_at = performance.now();
      sockets[0]?.[way]();
      expect(await record()).toMatchObject({ status, outcome, error_origin: "upstream" });
      expect(performance.now() - ended_at).toBeLessThan(250);
      socket.destroy();
    }
  });

  test("an upstream that does not speak HTTP/2 is told apart from one that is not there", async () => {
    const { url } = await upstream((_, response) => response.end("HTTP/1.1"));
    const { client, record } = await behind(url);
    expect((await answerOf((await client()).request(GET))).status).toBe(502);
    expect((await record()).outcome).toMatch(/upstream_invalid/);
    const nobody = await behind("http://127.0.0.1:1");
    expect((await answerOf((await nobody.client()).request(GET))).status).toBe(502);
    expect((await nobody.record()).outcome).toBe("upstream_unreachable");
  });
});

test("a client that leaves cancels its request and nothing else", async () => {
  const reset = Promise.withResolvers<number>();
  const { url, sessions } = await h2Upstream((stream, headers) => {
    stream.respond({ ":status": 200 });
    if (headers[":path"] === "/orders/2") return void stream.end("fine");
    stream.on("close", () => reset.resolve(stream.rstCode));
    stream.write("begun");
  });
  const { client } = await behind(url);
  const session = await client();
  const leaving = session.request(GET);
  await once(leaving, "data");
  const left_at = performance.now();
  leaving.close(constants.NGHTTP2_CANCEL);
  expect(await reset.promise).toBe(constants.NGHTTP2_CANCEL);
  expect(performance.now() - left_at).toBeLessThan(250);
  expect(String((await answerOf(session.request({ ...GET, ":path": "/orders/2" }))).body)).toBe("fine");
  expect(sessions).toHaveLength(1);
});

test("a body that its client cut is cut for the upstream too, and never looks whole", async () => {
  let ended = 0;
  const come = Promise.withResolvers<void>();
  const reset = Promise.withResolvers<number>();
  const { url } = await h2Upstream((stream) => {
    stream.once("data", () => come.resolve());
    // Node tells of an end after a reset as well; a whole body ends without one.
    stream.on("end", () => stream.rstCode === constants.NGHTTP2_NO_ERROR && ended++).resume();
    stream.on("close", () => reset.resolve(stream.rstCode));
  });
  const { client } = await behind(url);
  const stream = (await client()).request(PUT, { waitForTrailers: true });
  stream.on("wantTrailers", () => undefined);
  stream.write("half");
  await come.promise;
  stream.close(constants.NGHTTP2_CANCEL);
  expect(await reset.promise).toBe(constants.NGHTTP2_CANCEL);
  expect(ended).toBe(0);
});
