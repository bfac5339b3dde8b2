// Calls that an HTTP/2 upstream answers.
import { once } from "node:events";
import type { ServerHttp2Session } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { answerOf, h2Upstream } from "../../tests/gateway/h2-parts.ts";
import { behind, CERTIFICATE, ca, type Echo, echo, GET, PUT, routeOverH2 } from "../../tests/gateway/h2-routes.ts";
import { closeAll, planOf, request, talk } from "../../tests/gateway/world.ts";

afterEach(closeAll);

test("an HTTP/1.1 call is answered by an HTTP/2 upstream", async () => {
  const { url, port } = await h2Upstream(echo);
  const { port: gateway_port, record } = await behind(`${url}`);
  const answer = await talk(gateway_port, {
    pieces: [request("POST /orders/1?q=1", ["Content-Length: 5", "X-Own: \xe9", "TE: trailers"], "hello")],
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.filter(([name]) => name === "set-cookie")).toHaveLength(2);
  const seen = JSON.parse(answer.body.slice(answer.body.indexOf("{"), answer.body.lastIndexOf("}") + 1)) as Echo;
  expect(seen.body).toBe("hello");
  expect(seen.headers).toMatchObject({
    ":method": "POST",
    ":path": "/orders/1?q=1",
    ":scheme": "http",
    ":authority": `127.0.0.1:${port}`,
    "content-length": "5",
    "x-forwarded-host": "shop.example.com",
  });
  expect(seen.headers.te).toBeUndefined();
  expect(await record()).toMatchObject({ outcome: "ok", upstream: `127.0.0.1:${port}`, protocol: "http/1.1" });
});

test("over TLS the upstream has to agree on h2, and its certificate counts", async () => {
  const pair = ca.issue({ name: "upstream", hosts: ["127.0.0.1"] });
  const { url } = await h2Upstream(echo, pair);
  const trusted = { rules: { balance: "round-robin" as const, tls: { ca: ca.certificate } } };
  const targets = [{ url, protocol: "h2" as const }];
  const { client } = await behind(url, { releases: [{ name: "v1", weight: 1, targets, ...trusted }] });
  const answer = await answerOf((await client()).request(GET));
  expect((JSON.parse(answer.body.toString()) as Echo).headers[":scheme"]).toBe("https");
  const strict = await behind(url);
  expect((await answerOf((await strict.client()).request(GET))).status).toBe(502);
  expect((await strict.record()).outcome).toBe("upstream_unreachable");
});

test("many calls share few connections, and a megabyte each way arrives as it was sent", async () => {
  const { url, sessions } = await h2Upstream((stream) => {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  });
  const { client, records } = await behind(url);
  const session = await client();
  const body = Buffer.alloc(100_003, "abcdefg");
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => {
      const stream = session.request(PUT);
      stream.end(body);
      return answerOf(stream);
    }),
  );
  expect(answers.every((answer) => answer.body.equals(body))).toBe(true);
  expect(sessions.length).toBeLessThanOrEqual(2);
  expect(records.every(({ outcome }) => outcome === "ok")).toBe(true);
});

test("an upstream that allows few requests at once gets no more, over further connections", async () => {
  let most = 0;
  const running = new Map<unknown, number>();
  const { url, sessions } = await h2Upstream(
    async (stream) => {
      const { session } = stream;
      running.set(session, (running.get(session) ?? 0) + 1);
      most = Math.max(most, running.get(session) ?? 0);
      await sleep(50);
      running.set(session, (running.get(session) ?? 0) - 1);
      stream.respond({ ":status": 200 });
      stream.end("done");
    },
    undefined,
    { maxConcurrentStreams: 4 },
  );
  const { client } = await behind(url);
  const session = await client();
  expect((await answerOf(session.request(GET))).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 12 }, () => answerOf(session.request(GET))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(most).toBeLessThanOrEqual(4);
  expect(sessions.length).toBeGreaterThan(1);
});

describe("back-pressure", () => {
  const MANY = 64;
  const piece = Buffer.alloc(256 * 1024, "x");

  test("a client that does not read stops the upstream", async () => {
    let taken = 0;
    const { url } = await h2Upstream((stream) => {
      stream.respond({ ":status": 200 });
      for (let index = 0; index < MANY; index++) stream.write(piece, () => taken++);
      stream.end();
    });
    const { client } = await behind(url);
    const stream = (await client()).request(GET);
    await once(stream, "response");
    await sleep(300);
    expect(taken).toBeLessThan(MANY);
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(MANY * piece.length);
  });

  test("an upstream that does not read stops the client", async () => {
    const { url } = await h2Upstream((stream) => {
      setTimeout(() => {
        stream.resume().on("end", () => {
          stream.respond({ ":status": 200 });
          stream.end("done");
        });
      }, 400);
    });
    const { client } = await behind(url);
    const stream = (await client()).request(PUT);
    let taken = 0;
    for (let index = 0; index < MANY; index++) stream.write(piece, () => taken++);
    stream.end();
    await sleep(250);
    expect(taken).toBeLessThan(MANY);
    expect(String((await answerOf(stream)).body)).toBe("done");
  });
});

test("trailers pass both ways, but for what may not stand there", async () => {
  const { url } = await h2Upstream((stream) => {
    let came: unknown;
    stream.on("trailers", (trailers) => {
      came = { ...trailers };
    });
    stream.resume().on("end", () =>
      process.nextTick(() => {
        stream.respond({ ":status": 200 }, { waitForTrailers: true });
        stream.on("wantTrailers", () =>
          stream.sendTrailers({ "x-sum": "abc", "set-cookie": "a=1", "x-holdfast-ref": "forged" }),
        );
        stream.end(JSON.stringify(came));
      }),
    );
  });
  const { client } = await behind(url);
  const stream = (await client()).request(PUT, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "x-own": "1", authorization: "Bearer x" }));
  stream.end("body");
  const answer = await answerOf(stream);
  expect(JSON.parse(answer.body.toString())).toEqual({ "x-own": "1" });
  expect(Object.entries(answer.trailers ?? {})).toEqual([["x-sum", "abc"]]);
});

test("a new plan keeps the connection; drain ends it", async () => {
  const { url, sessions } = await h2Upstream(echo);
  const { client, gateway } = await behind(url);
  const session = await client();
  await answerOf(session.request(GET));
  await gateway.swap(planOf({ number: 8, routes: [routeOverH2(url)], certificates: [CERTIFICATE] }));
  await answerOf(session.request(GET));
  expect(sessions).toHaveLength(1);
  const closed = once(sessions[0] as ServerHttp2Session, "close");
  await gateway.drain(1_000);
  await closed;
});
