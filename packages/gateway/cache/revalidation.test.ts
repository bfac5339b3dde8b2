// Asking upstreams whether what is kept still holds, through a real gateway.
import { afterEach, describe, expect, test } from "vitest";
import { cachedRoute, type Reply, statusOf, uses } from "../../../tests/gateway/cached-route.ts";
import { closeAll } from "../../../tests/gateway/world.ts";

afterEach(closeAll);

describe("asking whether it still holds", () => {
  const confirming: Reply = ({ headers }, response, turn) => {
    response.setHeader("cache-control", "max-age=60").setHeader("etag", '"v1"').setHeader("x-turn", String(turn));
    if (headers["if-none-match"] === '"v1"') response.writeHead(304).end();
    else response.end(`answer ${turn}`);
  };

  test("a 304 makes it fresh again, with the headers of the 304", async () => {
    const here = await cachedRoute(confirming);
    await here.get();
    here.clock.skip(61);
    const confirmed = await here.get();
    expect([confirmed.status, confirmed.body, confirmed.header("x-turn"), confirmed.header("age")]).toEqual([
      200,
      "answer 1",
      "2",
      "0",
    ]);
    expect(statusOf(confirmed)).toBe("holdfast; fwd=stale; fwd-status=304; stored");
    here.clock.skip(30);
    expect((await here.get()).header("x-turn")).toBe("2");
    expect(await uses(here, 3)).toEqual(["miss", "revalidated", "hit"]);
    expect(here.asked).toHaveLength(2);
  });

  test("a client's own condition is answered from what was confirmed", async () => {
    const here = await cachedRoute(confirming);
    await here.get();
    here.clock.skip(61);
    expect((await here.get("/orders/1", ['if-none-match: "other"'])).status).toBe(200);
    here.clock.skip(61);
    expect((await here.get("/orders/1", ['if-none-match: "v1"'])).status).toBe(304);
  });

  test("a 304 that forbids keeping is the last that is heard of it", async () => {
    const here = await cachedRoute(({ headers }, response, turn) => {
      const known = headers["if-none-match"] === '"v1"';
      response.setHeader("etag", '"v1"').setHeader("cache-control", known ? "no-store" : "max-age=60");
      if (known) response.writeHead(304).end();
      else response.end(`answer ${turn}`);
    });
    await here.get();
    here.clock.skip(61);
    expect((await here.get()).body).toBe("answer 1");
    expect((await here.get()).body).toBe("answer 3");
  });

  test("no-cache answers are confirmed each time", async () => {
    const here = await cachedRoute(({ headers }, response, turn) => {
      response.setHeader("cache-control", "no-cache").setHeader("etag", '"v1"');
      if (headers["if-none-match"]) response.writeHead(304).end();
      else response.end(`answer ${turn}`);
    });
    await here.get();
    expect((await here.get()).body).toBe("answer 1");
    expect(await uses(here, 2)).toEqual(["miss", "revalidated"]);
  });
});
