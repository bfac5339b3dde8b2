// `Vary` of answers whose route was told from others by a header, through a real gateway.
import { CacheSettings, CorsSettings, type PlanRoute } from "@holdfast/contract";
import { afterEach, expect, test } from "vitest";
import { closeAll, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const named = (name: string, url: string, more: Partial<PlanRoute>): PlanRoute =>
  routeTo(url, { name, subject: `routes.${name}`, ...more });

test("a header that decided is named in Vary, so that no cache in front shows one's answer to another", async () => {
  const { url } = await upstream((incoming, response) => {
    if (incoming.headers["x-says"]) response.setHeader("vary", String(incoming.headers["x-says"]));
    response.end("ok");
  });
  const beta = [{ in: "header" as const, name: "x-beta", present: true }];
  const second = [{ in: "version" as const, name: "vnd.acme", exact: ["2"], or_absent: true as const }];
  const cors = CorsSettings.parse({ origins: ["https://shop.example.com"] });
  const { port } = await world({
    routes: [
      named("now", url, { path: "/orders" }),
      named("next", url, { path: "/orders", conditions: beta }),
      named("v2", url, { path: "/items", conditions: second }),
      named("cached", url, { path: "/kept", conditions: beta, cache: CacheSettings.parse({}), cors }),
      named("given", url, {
        ...{ path: "/given", conditions: beta },
        answer: { kind: "respond", status: 200, headers: {}, content_type: "text/plain", body: "hi" },
      }),
      named("other", url, { path: "/other" }),
    ],
  });
  const varyOf = async (path: string, headers: string[] = []) =>
    (await talk(port, { pieces: [request(`GET ${path}`, headers)] })).headers
      .filter(([name]) => name === "vary")
      .map(([, of]) => of);
  expect(await varyOf("/orders")).toEqual(["x-beta"]);
  expect(await varyOf("/orders", ["X-Beta: 1", "X-Says: Accept-Encoding, X-Beta"])).toEqual([
    "Accept-Encoding, X-Beta",
  ]);
  expect(await varyOf("/orders", ["X-Says: Accept-Encoding"])).toEqual(["Accept-Encoding, x-beta"]);
  expect(await varyOf("/orders", ["X-Says: *"])).toEqual(["*"]);
  expect(await varyOf("/items")).toEqual(["accept"]);
  // Nobody takes it, which the header decided as well.
  expect(await varyOf("/items", ["Accept: application/vnd.acme.v1+json"])).toEqual(["accept"]);
  for (const _ of ["from the service", "from the cache"])
    expect(await varyOf("/kept", ["X-Beta: 1"])).toEqual(["origin, x-beta"]);
  expect(await varyOf("/given", ["X-Beta: 1"])).toEqual(["x-beta"]);
  expect(await varyOf("/other")).toEqual([]);
  expect(await varyOf("/other", ["X-Says: Accept-Encoding"])).toEqual(["Accept-Encoding"]);
});
