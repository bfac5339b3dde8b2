import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { createConnections, fetchJson, type JsonRequest } from "./index.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => server.close());
  closing.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(url: string, more: Partial<JsonRequest> = {}, deny: { subnet: string; because: string }[] = []) {
  const connections = createConnections({ clock: systemClock, deny });
  closing.push(() => connections.close());
  return fetchJson({ connections, clock: systemClock })("acme", { url, bytes_max: 1000, timeout_ms: 500, ...more });
}

test("a document comes out as its value", async () => {
  const url = await serve((request, response) => response.end(JSON.stringify({ path: request.url })));
  expect(await ask(`${url}/keys?a=1`)).toEqual({ ok: true, value: { path: "/keys?a=1" } });
});

test("a form goes out with its credentials", async () => {
  const url = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, headers } = request;
    response.end(
      JSON.stringify([method, headers["content-type"], headers.authorization, Buffer.concat(chunks).toString()]),
    );
  });
  const asked = await ask(url, { form: { token: "a b&c" }, authorization: "Basic x" });
  expect(asked).toEqual({ ok: true, value: ["POST", "application/x-www-form-urlencoded", "Basic x", "token=a+b%26c"] });
});

test.each<[string, RequestListener, string]>([
  ["another status", (_, response) => response.writeHead(404).end("{}"), "status 404"],
  ["no JSON", (_, response) => response.end("<html>"), "not JSON"],
  ["too much", (_, response) => response.end(`"${"x".repeat(2000)}"`), "more than 1000 bytes"],
  ["silence", () => undefined, "no answer within 500 ms"],
  ["half an answer", (_, response) => response.write("{"), "no answer within 500 ms"],
  [
    "redirects in a ring",
    (_, response) => response.writeHead(302, { location: "/again" }).end(),
    "redirects more than",
  ],
  [
    "a redirect to something else",
    (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    "not https",
  ],
])("%s is a failure in words", async (_, listener, because) => {
  expect(await ask(await serve(listener))).toEqual({ ok: false, error: expect.stringContaining(because) });
});

test("a redirect is followed to a plain question, and never with a form", async () => {
  const url = await serve((request, response) =>
    request.url === "/new" ? response.end("1") : response.writeHead(307, { location: "/new" }).end(),
  );
  expect(await ask(`${url}/old`)).toEqual({ ok: true, value: 1 });
  expect(await ask(`${url}/old`, { form: { token: "t" } })).toMatchObject({ ok: false });
});

test("an address that the rules refuse is not asked", async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked++;
    response.end("1");
  });
  const refused = await ask(url, {}, [{ subnet: "127.0.0.0/8", because: "this test" }]);
  expect(refused).toEqual({ ok: false, error: expect.stringContaining("this test") });
  expect(asked).toBe(0);
});
