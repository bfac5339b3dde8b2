// Releases through a real gateway: rules, what callers stick to, and copies for a shadow that must not touch anybody's call.
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "@holdfast/base";
import type { CallRecord, PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import {
  closeAll,
  planOf,
  rawUpstream,
  request,
  routeTo,
  talk,
  upstream,
  type World,
  world,
} from "../../tests/gateway/world.ts";

afterEach(closeAll);

type Seen = { method: string; url: string; headers: Record<string, unknown>; body: string };

/** Answers with `text`, and remembers what it was asked. */
async function service(text: string, status = 200, type = "text/plain") {
  const seen: Seen[] = [];
  const { url } = await upstream(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = incoming;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, { "content-type": type }).end(text);
  });
  return { url, seen };
}

const shadow = { to: "v2", share: 1, methods: ["GET" as const], body_most: 1024, at_once: 4, timeout: 1000 };

function twoReleases(v1: string, v2: string, more: Partial<PlanRoute> = {}): PlanRoute {
  const releases = [
    { name: "v1", weight: 1, targets: [{ url: v1 }] },
    { name: "v2", weight: 0, targets: [{ url: v2 }] },
  ];
  return routeTo(v1, { releases, ...more });
}

const ask = (port: number, headers: string[] = [], line = "GET /orders/1?a=b") =>
  talk(port, { pieces: [request(line, headers)] });

/** The records of copies, once there are so many. */
async function copies({ records }: World, count: number): Promise<CallRecord[]> {
  const found = () => records.filter(({ shadow_of }) => shadow_of !== null);
  for (let turn = 0; turn < 300 && found().length < count; turn++) await sleep(10);
  expect(found()).toHaveLength(count);
  return found();
}

test("a rule leads to a release without a share, by header, cookie or consumer; closed, it does not", async () => {
  const [v1, v2] = [await service("one"), await service("two")];
  const pick = [
    { release: "v2", headers: [["x-canary", "yes"] as [string, string]] },
    { release: "v2", cookies: [["beta", "1"] as [string, string]] },
    { release: "v2", consumers: ["shop"] },
  ];
  const route = twoReleases(v1.url, v2.url, { pick });
  const open = await world({ routes: [{ ...route, access: "public" }] });
  expect((await ask(open.port, ["x-canary: yes"])).body).toContain("two");
  expect((await ask(open.port, ["cookie: a=1; beta=1"])).body).toContain("two");
  expect((await ask(open.port)).body).toContain("one");
  expect(open.records.map(({ release }) => release)).toEqual(["v2", "v2", "v1"]);
  const keyed = await world({ routes: [{ ...route, access: "api-key" }] });
  expect((await ask(keyed.port, ["x-api-key: key-of-shop"])).body).toContain("two");
  const releases = route.releases.map((one) => (one.name === "v2" ? { ...one, closed: true as const } : one));
  const closed = await world({ routes: [{ ...route, access: "public", releases }] });
  expect((await ask(closed.port, ["x-canary: yes"])).body).toContain("one");
});

test("a client with the gateway's cookie stays with its release", async () => {
  const [v1, v2] = [await service("one"), await service("two")];
  const sticky = { by: "own_cookie" as const, name: "place", for: 60_000 };
  const halves = twoReleases(v1.url, v2.url, { sticky }).releases.map((one) => ({ ...one, weight: 0.5 }));
  const { port } = await world({ routes: [twoReleases(v1.url, v2.url, { sticky, releases: halves })] });
  for (let client = 0; client < 8; client++) {
    const first = await ask(port);
    const cookie = (first.header("set-cookie") as string).split(";")[0];
    for (let call = 0; call < 3; call++) {
      const next = await ask(port, [`cookie: ${cookie}`]);
      expect(next.body).toBe(first.body);
      expect(next.header("set-cookie")).toBeUndefined();
    }
  }
});

describe("a shadow", () => {
  test("gets a copy of what the client's upstream got, and its answer is on record beside the client's", async () => {
    const [v1, v2] = [await service("one"), await service("another", 404, "text/html; charset=utf-8")];
    const made = await world({ routes: [twoReleases(v1.url, `${v2.url}/base`, { shadow })] });
    const answer = await ask(made.port, ["x-own: 1"]);
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining("one")]);
    const [copy] = await copies(made, 1);
    const primary = made.records.find(({ shadow_of }) => shadow_of === null) as CallRecord;
    expect(v2.seen).toMatchObject([{ method: "GET", url: "/base/orders/1?a=b", body: "" }]);
    expect(v2.seen[0]?.headers).toMatchObject({
      "x-own": "1",
      "x-holdfast-shadow-of": primary.id,
      "x-request-id": primary.request_id,
    });
    expect(v2.seen[0]?.headers.traceparent).toBe(`00-${primary.trace_id}-${copy?.span_id}-01`);
    expect(copy).toMatchObject({
      shadow_of: primary.id,
      subject: "routes.orders",
      release: "v2",
      status: 404,
      outcome: "client_error",
      attempts: 1,
      parent_span_id: primary.span_id,
      compared: { release: "v1", status: 200, differs: ["status", "content_type", "body"] },
    });
    expect(copy?.compared?.duration_us).toBeGreaterThan(0);
    expect(copy?.compared?.duration_us).toBeLessThanOrEqual(primary.duration_us);
    expect(primary.compared).toBeUndefined();
  });

  test("that answers the same differs in nothing", async () => {
    const [v1, v2] = [await service("same"), await service("same")];
    const made = await world({ routes: [twoReleases(v1.url, v2.url, { shadow })] });
    await ask(made.port);
    expect((await copies(made, 1))[0]).toMatchObject({ outcome: "ok", compared: { differs: [] } });
  });

  test("gets bodies up to a limit, whole; a longer one is counted and not sent", async () => {
    const [v1, v2] = [await service("x"), await service("x")];
    const with_posts = { ...shadow, methods: ["POST" as const] };
    const made = await world({ routes: [twoReleases(v1.url, v2.url, { shadow: with_posts })] });
    const chunked = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    const line = "POST /orders/1";
    await talk(made.port, { pieces: [request(line, ["transfer-encoding: chunked"], chunked)] });
    await talk(made.port, { pieces: [request(line, ["content-length: 5"], "hello")] });
    await talk(made.port, { pieces: [request(line, ["content-length: 1025"], "x".repeat(1025))] });
    const found = await copies(made, 3);
    expect(v2.seen.map(({ body }) => body)).toEqual(["hello world", "hello"]);
    expect(v1.seen.map(({ body }) => body.length)).toEqual([11, 5, 1025]);
    expect(found[2]).toMatchObject({ outcome: "body_too_large", attempts: 0, compared: { differs: null } });
  });

  test("gets nothing of other methods, of its own calls, and of calls that no upstream answered", async () => {
    const [v1, v2] = [await service("x"), await service("x")];
    const pick = [{ release: "v2", headers: [["x-canary", "yes"] as [string, string]] }];
    const route = twoReleases(v1.url, v2.url, { shadow, pick, body_bytes_max: 10 });
    const made = await world({
      routes: [route, { ...route, name: "keyed", subject: "routes.keyed", path: "/keyed", access: "api-key" }],
    });
    await ask(made.port, [], "DELETE /orders/1");
    await ask(made.port, ["x-canary: yes"]);
    expect((await ask(made.port, [], "GET /keyed")).status).toBe(401);
    await sleep(100);
    expect(await copies(made, 0)).toEqual([]);
    expect(v2.seen).toHaveLength(1);
  });

  test("gets its share", async () => {
    const [v1, v2] = [await service("x"), await service("x")];
    const made = await world({
      routes: [twoReleases(v1.url, v2.url, { shadow: { ...shadow, share: 0.3, at_once: 1000 } })],
    });
    await Promise.all(Array.from({ length: 200 }, () => talk(made.port, { pieces: [request("GET /orders/1")] })));
    await sleep(300);
    expect(v2.seen.length).toBeGreaterThan(30);
    expect(v2.seen.length).toBeLessThan(95);
  });

  test("that is slow holds up nobody: so many copies wait, the others are dropped and counted", async () => {
    const v1 = await service("fast");
    const v2 = await rawUpstream(() => undefined);
    const made = await world({ routes: [twoReleases(v1.url, v2.url, { shadow })] });
    const began = performance.now();
    for (let call = 0; call < 10; call++) expect((await ask(made.port)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(900);
    const found = await copies(made, 10);
    const dropped = found.filter(({ outcome }) => outcome === "overloaded");
    expect(dropped).toHaveLength(6);
    expect(dropped[0]).toMatchObject({ attempts: 0, compared: { differs: null } });
    const late = found.filter(({ outcome }) => outcome === "upstream_timeout");
    expect(late).toHaveLength(4);
    expect(late[0]).toMatchObject({ error_origin: "upstream", status: 504, compared: { differs: ["status"] } });
    expect(late[0]?.duration_us).toBeGreaterThan(900_000);
    // Places are given back.
    await ask(made.port);
    expect((await copies(made, 11)).filter(({ outcome }) => outcome === "overloaded")).toHaveLength(6);
  });

  test("that is dead, cuts or talks nonsense is on record, and the client's call is as it was", async () => {
    const v1 = await service("fine");
    const nonsense = await rawUpstream((socket) => socket.end("SMTP 220 hello\r\n\r\n"));
    const cut = await rawUpstream((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf"));
    const outcomes: string[] = [];
    for (const url of ["http://127.0.0.1:1", nonsense.url, cut.url]) {
      const made = await world({ routes: [twoReleases(v1.url, url, { shadow })] });
      expect((await ask(made.port)).status).toBe(200);
      const [copy] = await copies(made, 1);
      outcomes.push(copy?.outcome ?? "");
      expect(made.records.find(({ shadow_of }) => shadow_of === null)).toMatchObject({ status: 200, outcome: "ok" });
    }
    expect(outcomes).toEqual(["upstream_unreachable", "upstream_invalid", "upstream_body_cut"]);
  });

  test("outlives the plan that began it: its connections stay until it has ended", async () => {
    const v1 = await service("fast");
    const v2 = await upstream((_, response) => void setTimeout(() => response.end("late"), 300));
    const route = twoReleases(v1.url, v2.url, { shadow });
    const made = await world({ routes: [route] });
    await ask(made.port);
    await made.gateway.swap(planOf({ routes: [routeTo(v1.url)] }));
    expect((await copies(made, 1))[0]).toMatchObject({
      outcome: "ok",
      compared: { differs: ["content_type", "body"] },
    });
  });

  test("holds bodies of waiting calls up to a limit over all of them", async () => {
    const waiting: (() => void)[] = [];
    const v1 = await upstream((incoming, response) => {
      incoming.resume();
      waiting.push(() => response.end("x"));
    });
    const v2 = await service("x");
    const body_most = 1024 * 1024;
    const roomy = { ...shadow, methods: ["POST" as const], body_most, at_once: 100 };
    const made = await world({ routes: [twoReleases(v1.url, v2.url, { shadow: roomy })] });
    const fitting = Math.floor(LIMITS.shadow_held_bytes_max / body_most);
    const posts = Array.from({ length: fitting + 2 }, () =>
      talk(made.port, { pieces: [request("POST /orders/1", [`content-length: ${body_most}`], "x".repeat(body_most))] }),
    );
    while (waiting.length < fitting + 2) await sleep(10);
    await sleep(300);
    for (const answer of waiting) answer();
    expect((await Promise.all(posts)).every(({ status }) => status === 200)).toBe(true);
    const dropped = (await copies(made, fitting + 2)).filter(({ outcome }) => outcome === "overloaded");
    expect(dropped.length).toBeGreaterThanOrEqual(2);
    expect(v2.seen.length).toBe(fitting + 2 - dropped.length);
  });
});
