import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { CallRecord } from "@holdfast/contract";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { closeAll, keyHash, planOf, routeTo, world } from "../../tests/gateway/world.ts";
import type { RecordSink } from "./index.ts";

afterEach(closeAll);

const LIMIT = {
  name: "few",
  by: "address",
  rate: { count: 1000, window_ms: 60_000 },
  burst: 1000,
} as const;

/**
 * Calls on one connection, one after the other, and what happens between them; each answer's headers, without what is this call's
 * alone.
 */
async function callOnAndOn(port: number, requests: readonly (string | (() => Promise<void>))[]): Promise<string[][]> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const heads: string[][] = [];
  for (const text of requests) {
    if (typeof text === "function") await text();
    else heads.push(ofEveryCall(await answerTo(socket, text)));
  }
  return heads;
}

async function answerTo(socket: Socket, text: string): Promise<string> {
  let raw = "";
  const whole = new Promise<void>((resolve) => {
    const hear = (bytes: Buffer) => {
      raw += bytes.toString("latin1");
      if (!/\r\n\r\n(ok|\{.*\})$/.test(raw) && !(text.startsWith("HEAD") && raw.endsWith("\r\n\r\n"))) return;
      socket.off("data", hear);
      resolve();
    };
    socket.on("data", hear);
  });
  socket.write(text);
  await whole;
  return raw;
}

function ofEveryCall(raw: string): string[] {
  const lines = (raw.split("\r\n\r\n")[0] as string).split("\r\n");
  return lines.filter((line) => !/^(x-request-id|traceparent|x-holdfast-ref|ratelimit):/.test(line));
}

const get = (...headers: string[]) =>
  `GET /orders/1 HTTP/1.1\r\nhost: a\r\n${headers.map((one) => `${one}\r\n`).join("")}\r\n`;

/** Says the same with each answer, and tells what it was asked. */
async function sameAgain(said: Record<string, string>, send_date = false): Promise<{ url: string; asked: string[][] }> {
  const asked: string[][] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming.rawHeaders);
    response.sendDate = send_date;
    for (const [name, value] of Object.entries(said)) response.setHeader(name, value);
    response.end("ok");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("an answer that is said again and again reaches the client the same each time, with one Date", async () => {
  const { url } = await sameAgain({
    date: "Thu, 01 Jan 2026 00:00:00 GMT",
    "access-control-allow-origin": "*",
    "ratelimit-policy": "theirs",
    "keep-alive": "timeout=5",
    "x-own": "1",
  });
  const { port } = await world({ routes: [routeTo(url, { limits: [LIMIT] })] });
  const heads = await callOnAndOn(port, [get(), get(), get(), get()]);
  expect(heads[0]).toContain("date: Thu, 01 Jan 2026 00:00:00 GMT");
  expect(heads[0]?.filter((line) => /^date:/i.test(line))).toHaveLength(1);
  expect(heads[0]?.filter((line) => line.startsWith("ratelimit-policy:"))).toEqual([
    'ratelimit-policy: "few";q=1000;w=60',
  ]);
  expect(heads[0]).toContain("access-control-expose-headers: x-holdfast-ref, x-request-id");
  for (const head of heads) expect(head.toSorted()).toEqual(heads[0]?.toSorted());
});

test("an answer without a Date gets one, each time", async () => {
  const { url } = await sameAgain({ "x-own": "1" });
  const { port } = await world({ routes: [routeTo(url)] });
  for (const head of await callOnAndOn(port, [get(), get(), get(), get()]))
    expect(head.filter((line) => /^date:/i.test(line))).toHaveLength(1);
});

test("what the gateway knows of an upstream's answer is each route's own, and HEAD has no body", async () => {
  const { url } = await sameAgain({ "ratelimit-policy": "theirs", "x-own": "1" }, true);
  const limited = routeTo(url, { subject: "routes.few", name: "few", path: "/few/**", limits: [LIMIT] });
  const { port } = await world({ routes: [routeTo(url), limited] });
  const few = get().replace("/orders/1", "/few/1");
  const head = get().replace("GET", "HEAD");
  const heads = await callOnAndOn(port, [get(), get(), few, few, get(), head, get(), few]);
  const policies = heads.map((lines) => lines.find((line) => line.startsWith("ratelimit-policy:"))?.slice(18, 24));
  expect(policies).toEqual(["theirs", "theirs", '"few";', '"few";', "theirs", "theirs", "theirs", '"few";']);
});

test("the upstream of a client that repeats itself sees each request whole, with ids of its own", async () => {
  const { url, asked } = await sameAgain({});
  const { port } = await world({ routes: [routeTo(url)] });
  const own = ["X-Own: 1", "X-Forwarded-For: 9.9.9.9", "Connection: keep-alive, x-hop", "X-Hop: 1", "Via: 1.0 before"];
  await callOnAndOn(port, [get(...own), get(...own), get(...own), get("X-Own: 2"), get(...own)]);
  const seen = asked.map((flat) => {
    const names = flat.filter((_, index) => index % 2 === 0);
    return Object.fromEntries(names.map((name, index) => [name.toLowerCase(), flat[index * 2 + 1]]));
  });
  expect(new Set(seen.map((headers) => headers["x-request-id"])).size).toBe(5);
  expect(seen.map((headers) => headers["x-own"])).toEqual(["1", "1", "1", "2", "1"]);
  for (const headers of seen)
    expect(headers).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-forwarded-host": "a" });
  expect(seen.map((headers) => headers.via)).toEqual(
    ["", "", "", undefined, ""].map((it) => (it === "" ? "1.0 before, 1.1 holdfast" : "1.1 holdfast")),
  );
  expect(asked.flat()).not.toContain("X-Hop");
});

test("credentials that are not ours reach the upstream of a client that repeats itself each time, and ours never", async () => {
  const { url, asked } = await sameAgain({});
  const { port } = await world({
    routes: [routeTo(url, { access: "public" })],
    consumers: [{ workspace: "acme", name: "shop", key_hashes: [keyHash("ours")] }],
  });
  const [ours, theirs] = [get("x-api-key: ours"), get("x-api-key: theirs", "authorization: Basic eDp5")];
  const heads = await callOnAndOn(port, [theirs, theirs, theirs, theirs, ours, ours, ours, ours]);
  expect(heads.map(([line]) => line)).toEqual(Array(8).fill("HTTP/1.1 200 OK"));
  const keys = asked.map((flat) => flat.filter((part) => ["ours", "theirs", "Basic eDp5"].includes(part)));
  expect(keys).toEqual([...Array(4).fill(["theirs", "Basic eDp5"]), ...Array(4).fill([])]);
});

test("a request that is said again goes the way of the plan of its time", async () => {
  const [before, after] = [await sameAgain({ "x-own": "before" }), await sameAgain({ "x-own": "after" })];
  const { gateway, port, records } = await world({ routes: [routeTo(before.url)] });
  // The route stands at another place of the list, and leads elsewhere.
  const other = routeTo(before.url, { subject: "routes.other", name: "other", path: "/other/**" });
  const move = () => gateway.swap(planOf({ number: 8, routes: [other, routeTo(after.url)] }));
  const remove = () => gateway.swap(planOf({ number: 9, routes: [other] }));
  const one = get().replace("/orders/1", "/orders/1?a=b");
  const heads = await callOnAndOn(port, [one, one, one, one, move, one, one, remove, one, one]);
  const own = heads.map(([status, ...lines]) => lines.find((line) => line.startsWith("x-own")) ?? status);
  const gone = "HTTP/1.1 404 Not Found";
  expect(own).toEqual([...Array(4).fill("x-own: before"), ...Array(2).fill("x-own: after"), gone, gone]);
  expect(new Set(records.map(({ host, path, query }) => `${host}${path}?${query}`))).toEqual(
    new Set(["a/orders/1?a=b"]),
  );
  expect(records.map(({ plan }) => plan)).toEqual([7, 7, 7, 7, 8, 8, 9, 9]);
});

test("a record says that its trace is its id where that is so, and only there", async () => {
  const { url } = await sameAgain({});
  const told: [CallRecord, boolean | undefined][] = [];
  const sink: RecordSink = { write: (record, trace_is_id) => void told.push([record, trace_is_id]) };
  const { port } = await world({ routes: [routeTo(url)], sink });
  const parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  await callOnAndOn(port, [
    get(),
    get("x-request-id: their-7"),
    get(parent),
    get("traceparent: none"),
    "nonsense\r\n\r\n",
  ]);
  expect(told.map(([, trace_is_id]) => trace_is_id ?? false)).toEqual([true, true, false, true, false]);
  for (const [{ id, trace_id, span_id }, trace_is_id] of told)
    if (trace_is_id) expect([trace_id, span_id]).toEqual([id.replaceAll("-", ""), id.replaceAll("-", "").slice(16)]);
});
