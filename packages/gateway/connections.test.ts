// Connections to upstreams that are kept: across calls and plans, and never with bytes on them that were meant for nobody, or for
// somebody else.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { ask } from "../../tests/gateway/upstream-servers.ts";
import { closeAll, planOf, rawUpstream, request, routeTo, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL";

test("a new plan that names the same upstream goes on over the same connection", async () => {
  const raw = await rawUpstream((socket) => void socket.write(OK));
  const { port, gateway } = await world({ routes: [routeTo(raw.url)] });
  expect(await ask(port)).toBe("ok");
  for (let number = 8; number < 12; number++) {
    await gateway.swap(planOf({ number, routes: [routeTo(raw.url, { path: "/**" })] }));
    expect(await ask(port)).toBe("ok");
  }
  expect(raw.connections()).toBe(1);
});

type Stray = { name: string; first: string; answer: string; late?: string };

/** Answers to the first request on a connection; the next one on it would get what strayed. */
const strays: Stray[] = [
  { name: "more bytes than were announced", first: "GET", answer: OK + EVIL },
  { name: "an answer that nobody asked for, a moment later", first: "GET", answer: OK, late: EVIL },
  {
    name: "a body behind the answer to HEAD",
    first: "HEAD",
    answer: `HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n${EVIL}`,
  },
  { name: "a body behind 204", first: "GET", answer: `HTTP/1.1 204 No Content\r\n\r\n${EVIL}` },
  { name: "a body behind 304", first: "GET", answer: `HTTP/1.1 304 Not Modified\r\n\r\n${EVIL}` },
  {
    name: "an answer behind the last chunk",
    first: "GET",
    answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  },
];

test.each(strays)("the next client does not get $name", async ({ first, answer, late }) => {
  const raw = await rawUpstream((socket, received) => {
    if (!received.includes("/orders/first")) return void socket.write(OK);
    socket.write(answer);
    if (late) setTimeout(() => socket.write(late), 30);
  });
  const { port, records } = await world({ routes: [routeTo(raw.url)] });
  const answered = await talk(port, { pieces: [request(`${first} /orders/first`)] });
  expect(answered.raw).not.toContain("EVIL");
  await sleep(80);
  expect(await ask(port, "GET /orders/second")).toBe("ok");
  expect(raw.connections()).toBe(2);
  expect(records.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
});
