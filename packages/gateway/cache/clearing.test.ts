// What clears the cache, through a real gateway: unsafe calls, and purges by address, tag and route.
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { cachedRoute, fresh, nextPlan, statusOf } from "../../../tests/gateway/cached-route.ts";
import { hear } from "../../../tests/gateway/hearing.ts";
import { closeAll, request } from "../../../tests/gateway/world.ts";

afterEach(closeAll);

describe("clearing", () => {
  test("an unsafe call that succeeds clears its address and those that its answer names; a refused one does not", async () => {
    const here = await cachedRoute(({ method, url }, response, turn) => {
      if (method === "GET") response.setHeader("cache-control", "max-age=60").end(`answer ${turn}`);
      else if (url === "/orders/3") response.writeHead(422).end();
      else
        response
          .writeHead(201, { location: "/orders/2", "content-location": "https://elsewhere.example/orders/4" })
          .end();
    });
    for (const id of [1, 2, 3, 4]) await here.get(`/orders/${id}`);
    await here.get("/orders/1", ["content-length: 0"], "POST");
    await here.get("/orders/3", [], "DELETE");
    const bodies: string[] = [];
    for (const id of [1, 2, 3, 4]) bodies.push((await here.get(`/orders/${id}`)).body);
    expect(bodies).toEqual(["answer 7", "answer 8", "answer 3", "answer 4"]);
  });

  test("an unsafe call clears one address, whatever stands in it", async () => {
    const here = await cachedRoute(fresh);
    for (const path of ["/orders/1", "/orders/*"]) await here.get(path);
    await here.get("/orders/*", ["content-length: 0"], "POST");
    expect((await here.get("/orders/1")).body).toBe("answer 1");
    expect((await here.get("/orders/*")).body).toBe("answer 4");
  });

  test("also where the writing goes over another route, which has no cache itself", async () => {
    const here = await cachedRoute(fresh, {}, { methods: ["GET"] });
    const { cache: _cache, methods: _methods, ...without } = here.route;
    const writing: PlanRoute = { ...without, subject: "routes.write", name: "write", methods: ["PUT"] };
    await here.gateway.swap(nextPlan([here.route, writing]));
    await here.get();
    const put = await here.get("/orders/1", ["content-length: 0"], "PUT");
    expect([put.status, statusOf(put)]).toEqual([200, undefined]);
    expect((await here.get()).body).toBe("answer 3");
  });

  test("tags are for clearing by, and not for clients", async () => {
    const here = await cachedRoute(({ url }, response, turn) =>
      response.writeHead(200, { "cache-control": "max-age=60", "cache-tag": `all, ${url}` }).end(`answer ${turn}`),
    );
    const [first] = [await here.get("/orders/1"), await here.get("/orders/2")];
    expect([first.header("cache-tag"), (await here.get("/orders/1")).header("cache-tag")]).toEqual([
      undefined,
      undefined,
    ]);
    expect(here.gateway.purge({ workspace: "acme", tag: "/orders/1" })).toBe(1);
    expect([(await here.get("/orders/1")).body, (await here.get("/orders/2")).body]).toEqual(["answer 3", "answer 2"]);
    expect(here.gateway.purge({ workspace: "acme", url: "http://shop.example.com/orders/2" })).toBe(1);
    expect(here.gateway.purge({ workspace: "acme", subject: "routes.orders" })).toBe(1);
    expect(here.gateway.purge({ workspace: "other", tag: "all" })).toBe(0);
  });

  test.each([
    ["before its head", { tag: "red" }, false],
    ["inside its body", { tag: "red" }, true],
    ["by address", { url: "shop.example.com/orders/1" }, false],
  ])("what was on its way when it was cleared is not kept: %s", async (_, purge, head_came) => {
    const cleared = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const here = await cachedRoute(async (_incoming, response, turn) => {
      const head = () =>
        response.writeHead(200, { "cache-control": "max-age=60", "cache-tag": "red" }).write(`answer ${turn} `);
      if (head_came) head();
      asked.resolve();
      await cleared.promise;
      if (!head_came) head();
      response.end("whole");
    });
    const { until } = hear(here.port, request("GET /orders/1"));
    await (head_came ? until("answer 1") : asked.promise);
    here.gateway.purge({ workspace: "acme", ...purge });
    cleared.resolve();
    await until("whole");
    expect((await here.get()).body).toContain("answer 2");
  });
});
