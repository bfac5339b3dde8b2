// Addresses in answers: those that name the upstream lead the client back to the gateway, all others pass as they are.
import type { PlanRewrite } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { closeAll, type Place, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

type Told = { base?: string; rewrite?: PlanRewrite; name?: string };

/** What the client reads where the upstream wrote `location`; `UP` stands for scheme, host and port of the upstream, `PORT` for the last. */
async function told(location: string, { base = "", rewrite, name = "location" }: Told = {}) {
  const written = (place: Place) => location.replaceAll("UP", place.url).replaceAll("PORT", String(place.port));
  const place: Place = await upstream((_, response) => response.writeHead(302, { [name]: written(place) }).end());
  const { port } = await world({ routes: [routeTo(`${place.url}${base}`, rewrite ? { rewrite } : {})] });
  const answer = await talk(port, { pieces: [request("GET /orders/1")] });
  return answer.header(name)?.replaceAll(place.url, "UP").replaceAll(String(place.port), "PORT");
}

const GATEWAY = "http://shop.example.com";

describe("an address of the upstream", () => {
  test.each<[string, string, string, Told]>([
    ["is the gateway's", "UP/orders/2?q=UP/x#y", `${GATEWAY}/orders/2?q=UP/x#y`, {}],
    ["in the content's name too", "UP/orders/2", `${GATEWAY}/orders/2`, { name: "content-location" }],
    ["without a path", "UP", `${GATEWAY}/`, {}],
    ["without a path, with a query", "UP?q=1", `${GATEWAY}/?q=1`, {}],
    ["without a scheme", "//127.0.0.1:PORT/orders/2", `${GATEWAY}/orders/2`, {}],
    ["in capitals", "HTTP://127.0.0.1:PORT/orders/2", `${GATEWAY}/orders/2`, {}],
    ["with somebody's name", "http://admin:secret@127.0.0.1:PORT/orders/2", `${GATEWAY}/orders/2`, {}],
    ["loses the path of the upstream", "UP/base/orders/2", `${GATEWAY}/orders/2`, { base: "/base" }],
    ["beside the path of the upstream", "UP/based/2", `${GATEWAY}/based/2`, { base: "/base" }],
    ["gets back what was stripped", "UP/2", `${GATEWAY}/orders/2`, { rewrite: { strip: "/orders" } }],
    ["has already what was stripped", "UP/orders/2", `${GATEWAY}/orders/2`, { rewrite: { strip: "/orders" } }],
    ["gets it back without a path", "UP", `${GATEWAY}/orders`, { rewrite: { strip: "/orders" } }],
    [
      "gets back what was stripped in place of what was put there",
      "UP/base/v2/2",
      `${GATEWAY}/orders/2`,
      { base: "/base", rewrite: { strip: "/orders", prefix: "/v2" } },
    ],
    ["beside what was put there", "UP/v1/2", `${GATEWAY}/v1/2`, { rewrite: { strip: "/orders", prefix: "/v2" } }],
    ["by a template is not undone", "UP/x/2", `${GATEWAY}/x/2`, { rewrite: { path: "/x/{param.**}" } }],
    ["under its other name", "http://shop.internal/2", `${GATEWAY}/2`, { rewrite: { host: "shop.internal" } }],
  ])("%s", async (_, location, expected, more) => {
    expect(await told(location, more)).toBe(expected);
  });

  test("of another release as well", async () => {
    const { url } = await upstream((_, response) =>
      response.writeHead(302, { location: "http://10.1.2.3:81/x" }).end(),
    );
    const releases = [
      { name: "v1", weight: 1, targets: [{ url }] },
      { name: "v2", weight: 0, targets: [{ url: "http://10.1.2.3:81" }] },
    ];
    const { port } = await world({ routes: [routeTo(url, { releases })] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.header("location")).toBe(`${GATEWAY}/x`);
  });

  test("leads to where the client came from: over TLS, behind a proxy", async () => {
    const place: Place = await upstream((_, response) => response.writeHead(302, { location: `${place.url}/x` }).end());
    const { port } = await world({ routes: [routeTo(place.url)], trusted_proxies: { subnets: ["127.0.0.0/8"] } });
    const said = ["X-Forwarded-Proto: https", "X-Forwarded-Host: www.example.com", "X-Forwarded-For: 192.0.2.1"];
    const answer = await talk(port, { pieces: [request("GET /orders/1", said)] });
    expect(answer.header("location")).toBe("https://www.example.com/x");
  });

  test("is a path for a client that named no host", async () => {
    const place: Place = await upstream((_, response) => response.writeHead(302, { location: `${place.url}/x` }).end());
    const { port } = await world({ routes: [routeTo(place.url)] });
    const answer = await talk(port, { pieces: ["GET /orders/1 HTTP/1.0\r\n\r\n"] });
    expect(answer.header("location")).toBe("/x");
  });
});

test.each<[string, string, Told]>([
  ["a path", "/orders/2", { rewrite: { strip: "/orders" } }],
  ["a part of one", "../2?at=UP", {}],
  ["somebody else's", "http://example.org/UP", {}],
  ["another port", "http://127.0.0.1:1/orders/2", {}],
  ["another scheme, which may be meant", "https://127.0.0.1:PORT/orders/2", {}],
  ["nonsense", "http://[::1/UP", {}],
  ["the upstream's, where the settings keep it", "UP/orders/2", { rewrite: { location: "keep" } }],
])("passes as it is: %s", async (_, location, more) => {
  expect(await told(location, more)).toBe(location);
});
