// What travels before and behind a body in HTTP/1.1: interim answers and trailers. The `node` transport passes neither on.
import { afterEach, expect, test } from "vitest";
import { closeAll, rawUpstream, request, routeTo, talk, world } from "../../../../tests/gateway/world.ts";

afterEach(closeAll);

const whole = (received: string) => received.includes("\r\n0\r\n") && received.endsWith("\r\n\r\n");
const early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nKeep-Alive: timeout=9\r\n\r\n";

test("103 reaches the client before the answer, without what is the connection's", async () => {
  const raw = await rawUpstream((socket) => {
    socket.write(`HTTP/1.1 100 Continue\r\n\r\n${early}${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
  });
  const { port, record } = await world({ routes: [routeTo(raw.url)] });
  const answer = await talk(port, { pieces: [request("GET /orders/1")] });
  expect(
    answer.raw
      .split("HTTP/1.1 ")
      .slice(1)
      .map((each) => each.slice(0, 3)),
  ).toEqual(["103", "103", "200"]);
  expect(answer.raw).toContain("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
  expect(await record()).toMatchObject({ status: 200, outcome: "ok" });
});

test("a client that speaks HTTP/1.0 gets no interim answer", async () => {
  const raw = await rawUpstream((socket) => {
    socket.write(`${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
  });
  const { port } = await world({ routes: [routeTo(raw.url)] });
  const answer = await talk(port, { pieces: ["GET /orders/1 HTTP/1.0\r\nHost: h\r\n\r\n"] });
  expect(answer).toMatchObject({ status: 200, body: "ok" });
});

test("trailers of a request reach the upstream, and those of an answer a client that takes them", async () => {
  const seen: string[] = [];
  const raw = await rawUpstream((socket, received) => {
    if (!whole(received)) return;
    seen.push(received);
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
  });
  const { port } = await world({ routes: [routeTo(raw.url)] });
  const body = "5\r\nhello\r\n0\r\nX-Count: 5\r\n\r\n";
  const answer = await talk(port, {
    pieces: [request("POST /orders/1", ["Transfer-Encoding: chunked", "TE: trailers"], body)],
  });
  expect(seen[0]).toMatch(/5\r\nhello\r\n0\r\nx-count: 5\r\n\r\n$/);
  expect(answer.raw).toMatch(/2\r\nok\r\n0\r\nx-sum: 7\r\n\r\n$/);
});

test("trailers that say who asks, where to, or what only we say, stay behind", async () => {
  const seen: string[] = [];
  const raw = await rawUpstream((socket, received) => {
    if (!whole(received)) return;
    seen.push(received);
    const forbidden = "Set-Cookie: a=1\r\nX-Holdfast-Ref: forged\r\nCache-Control: max-age=9\r\n";
    socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${forbidden}X-Sum: 7\r\n\r\n`);
  });
  const { port } = await world({ routes: [routeTo(raw.url)] });
  const forbidden = "Authorization: Bearer x\r\nX-Api-Key: k\r\nX-Forwarded-For: 9.9.9.9\r\nCookie: a=b\r\n";
  const body = `5\r\nhello\r\n0\r\n${forbidden}X-Count: 5\r\n\r\n`;
  const answer = await talk(port, {
    pieces: [request("POST /orders/1", ["Transfer-Encoding: chunked", "TE: trailers"], body)],
  });
  expect(seen[0]).toMatch(/5\r\nhello\r\n0\r\nx-count: 5\r\n\r\n$/);
  expect(answer.raw).toMatch(/2\r\nok\r\n0\r\nx-sum: 7\r\n\r\n$/);
});

test("nor do those that the route itself says, takes out or reads keys in", async () => {
  const seen: string[] = [];
  const raw = await rawUpstream((socket, received) => {
    if (!whole(received)) return;
    seen.push(received);
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  const headers = { set: { "x-tenant": "acme" }, add: { "x-mark": "1" }, remove: ["x-debug"] };
  const route = routeTo(raw.url, {
    own_headers: ["x-user-id"],
    capture: { headers: false, payload_share: 0, hidden_headers: ["x-partner-key"] },
    transform: { request: { headers, query: { set: {}, remove: [] }, other_bodies: "pass" } },
  });
  const { port } = await world({ routes: [route] });
  const names = ["X-User-Id", "x_user_id", "X_Tenant", "x-mark", "x-debug", "X-Partner-Key"];
  const forged = names.map((name) => `${name}: forged\r\n`).join("");
  const body = `5\r\nhello\r\n0\r\n${forged}X-Count: 5\r\n\r\n`;
  await talk(port, { pieces: [request("POST /orders/1", ["Transfer-Encoding: chunked"], body)] });
  expect(seen[0]).toMatch(/5\r\nhello\r\n0\r\nx-count: 5\r\n\r\n$/);
  expect(seen[0]).toContain("x-tenant: acme\r\n");
});

test("a trailer that frames a message is refused from either side", async () => {
  const raw = await rawUpstream((socket, received) => {
    if (received.endsWith("\r\n\r\n"))
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 3\r\n\r\n");
  });
  const { port, records } = await world({ routes: [routeTo(raw.url)] });
  const cut = await talk(port, { pieces: [request("GET /orders/1")] });
  expect(cut.raw).not.toMatch(/0\r\n\r\n$/);
  await talk(port, {
    pieces: [request("POST /orders/1", ["Transfer-Encoding: chunked"], "1\r\na\r\n0\r\nHost: x\r\n\r\n")],
  });
  await expect.poll(() => records.map(({ outcome }) => outcome)).toEqual(["upstream_body_cut", "malformed_request"]);
});
