// The cache through a real gateway, with real upstreams: what is kept, who gets it, what clients may ask.
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { cachedRoute, fresh, nextPlan, type Reply, statusOf, uses } from "../../../tests/gateway/cached-route.ts";
import { closeAll, talk } from "../../../tests/gateway/world.ts";

afterEach(closeAll);

describe("storing and serving", () => {
  test("a fresh answer is served again, with its age, and says so", async () => {
    const here = await cachedRoute(fresh);
    const first = await here.get();
    expect([first.body, first.header("age"), statusOf(first)]).toEqual([
      "answer 1",
      undefined,
      "holdfast; fwd=uri-miss; fwd-status=200; stored",
    ]);
    here.clock.skip(20);
    const second = await here.get();
    expect([second.status, second.body, second.header("age")]).toEqual([200, "answer 1", "20"]);
    expect(statusOf(second)).toMatch(/^holdfast; hit; ttl=(40|39)$/);
    expect(second.header("x-holdfast-ref")).not.toBe(first.header("x-holdfast-ref"));
    expect(here.asked).toHaveLength(1);
    expect(await uses(here, 2)).toEqual(["miss", "hit"]);
  });

  test("past its time the upstream is asked anew", async () => {
    const here = await cachedRoute(fresh);
    await here.get();
    here.clock.skip(61);
    expect((await here.get()).body).toBe("answer 2");
    expect((await here.get()).body).toBe("answer 2");
    expect(await uses(here, 3)).toEqual(["miss", "miss", "hit"]);
  });

  test("another query is another answer, unless the settings say that it does not count", async () => {
    const here = await cachedRoute(fresh, { key: { query: { ignore: ["utm_*"] } } });
    const bodies: string[] = [];
    for (const query of ["?a=1", "?a=2", "?a=1&utm_source=x"]) bodies.push((await here.get(`/orders/1${query}`)).body);
    expect(bodies).toEqual(["answer 1", "answer 2", "answer 1"]);
    await here.get("/orders/2?utm_source=y");
    expect(here.asked.at(-1)?.url).toBe("/orders/2?utm_source=y");
  });

  test("headers and cookies of the key tell answers apart", async () => {
    const here = await cachedRoute(fresh, { key: { headers: ["X-Region"], cookies: ["plan"] } });
    const bodies: string[] = [];
    for (const headers of [
      ["x-region: eu"],
      ["x-region: us"],
      ["x-region: eu", "cookie: a=1; plan=gold"],
      ["x-region: eu", "cookie: a=2"],
    ])
      bodies.push((await here.get("/orders/1", headers)).body);
    expect(bodies).toEqual(["answer 1", "answer 2", "answer 3", "answer 1"]);
  });

  test("HEAD is served by what a GET brought, without a body, and stores nothing itself", async () => {
    const here = await cachedRoute(fresh);
    await here.get("/orders/1", [], "HEAD");
    expect((await here.get()).body).toBe("answer 2");
    const head = await here.get("/orders/1", [], "HEAD");
    expect([head.status, head.body, head.header("content-length"), here.asked.length]).toEqual([200, "", "8", 2]);
  });

  test("chunked, empty and large answers come out as they went in", async () => {
    const large = "x".repeat(300_000);
    const here = await cachedRoute(({ url }, response) => {
      response.setHeader("cache-control", "max-age=60");
      if (url === "/orders/empty") response.writeHead(204).end();
      else if (url === "/orders/large") response.end(large);
      else {
        response.write("one ");
        setTimeout(() => response.end("two"), 20);
      }
    });
    for (const turn of [1, 2]) {
      expect((await here.get("/orders/empty")).status).toBe(204);
      const whole = await here.get("/orders/large");
      expect([turn, whole.header("content-length"), whole.body === large]).toEqual([turn, "300000", true]);
    }
    await here.get("/orders/pieces");
    const kept = await here.get("/orders/pieces");
    expect([kept.body, kept.header("content-length"), here.asked.length]).toEqual(["one two", "7", 3]);
  });

  test("what the client may not be sure of is not kept: too large, cut, without a word", async () => {
    const here = await cachedRoute(
      ({ url }, response) => {
        if (url === "/orders/silent") response.end("x");
        else if (url === "/orders/large") {
          response.setHeader("cache-control", "max-age=60");
          for (let piece = 0; piece < 5; piece++) response.write("x".repeat(1000));
          response.end();
        } else {
          response.writeHead(200, { "cache-control": "max-age=60", "content-length": "10" }).write("half");
          setTimeout(() => response.destroy(), 20);
        }
      },
      { most: "10KiB", entry_most: "4KiB" },
    );
    for (const path of ["/orders/silent", "/orders/large", "/orders/cut"]) {
      await here.get(path);
      await here.get(path);
    }
    expect(here.asked).toHaveLength(6);
    expect(await uses(here, 6)).toEqual(Array(6).fill("miss"));
  });

  test("beyond the RFC only where the settings say so: silence", async () => {
    const here = await cachedRoute((_, response, turn) => response.end(`answer ${turn}`), { when_silent: "30s" });
    await here.get();
    expect((await here.get()).body).toBe("answer 1");
    here.clock.skip(31);
    expect((await here.get()).body).toBe("answer 2");
  });

  test("cookies are nobody else's", async () => {
    const here = await cachedRoute((_, response, turn) =>
      response.writeHead(200, { "cache-control": "public, max-age=60", "set-cookie": `s=${turn}` }).end(),
    );
    await here.get();
    expect((await here.get()).header("set-cookie")).toBe("s=2");
  });

  test("every hit passes the same policies: a limit counts it", async () => {
    const limits = [
      { name: "few", by: "route", rate: { count: 2, window_ms: 60_000 }, burst: 2 },
    ] as PlanRoute["limits"];
    const here = await cachedRoute(fresh, {}, { limits });
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn++) statuses.push((await here.get()).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("who may see what", () => {
  const asKey = (name: string) => [`x-api-key: key-of-${name}`];
  const own: Reply = ({ url }, response, turn) => {
    const shared = url === "/orders/shared" ? ", public" : "";
    response.setHeader("cache-control", `max-age=60${shared}`).end(`answer ${turn}`);
  };

  test("where keys are asked for, each consumer has answers of their own unless the answer says public", async () => {
    const here = await cachedRoute(own, {}, { access: "api-key" });
    const ask = async (path: string, name: string) => (await here.get(path, asKey(name))).body;
    expect(await ask("/orders/1", "shop")).toBe("answer 1");
    expect(await ask("/orders/1", "app")).toBe("answer 2");
    expect(await ask("/orders/1", "shop")).toBe("answer 1");
    expect(await ask("/orders/shared", "shop")).toBe("answer 3");
    expect(await ask("/orders/shared", "app")).toBe("answer 3");
    expect((await here.get("/orders/shared")).status).toBe(401);
  });

  test("Authorization that the upstream gets keeps answers apart unless they say that they may be shared", async () => {
    const here = await cachedRoute(own);
    const ask = async (path: string, token: string) => (await here.get(path, [`authorization: Bearer ${token}`])).body;
    expect(await ask("/orders/1", "a")).toBe("answer 1");
    expect(await ask("/orders/1", "b")).toBe("answer 2");
    expect((await here.get("/orders/1")).body).toBe("answer 3");
    expect(await ask("/orders/shared", "a")).toBe("answer 4");
    expect(await ask("/orders/shared", "b")).toBe("answer 4");
  });

  test("another route, release, host or scheme of the same path shares nothing", async () => {
    const here = await cachedRoute(fresh);
    await here.get();
    const other = await talk(here.port, {
      pieces: ["GET /orders/1 HTTP/1.1\r\nHost: other.example.com\r\nConnection: close\r\n\r\n"],
    });
    expect(other.body).toBe("answer 2");
    const [release] = here.route.releases;
    await here.gateway.swap({
      ...nextPlan([here.route]),
      routes: [{ ...here.route, releases: [{ ...release, name: "v2" } as typeof release & object] }],
    });
    expect((await here.get()).body).toBe("answer 3");
  });

  test("a plan that keeps the route keeps its answers; one without its cache forgets them", async () => {
    const here = await cachedRoute(fresh);
    await here.get();
    await here.gateway.swap(nextPlan([here.route]));
    expect((await here.get()).body).toBe("answer 1");
    const { cache: _cache, ...without } = here.route;
    await here.gateway.swap(nextPlan([without]));
    expect((await here.get()).body).toBe("answer 2");
    await here.gateway.swap(nextPlan([here.route]));
    expect((await here.get()).body).toBe("answer 3");
  });
});

describe("Vary", () => {
  const varied: Reply = ({ headers }, response, turn) =>
    response
      .writeHead(200, { "cache-control": "max-age=60", vary: "Accept-Language" })
      .end(`${headers["accept-language"]} ${turn}`);

  test("each variant is served to those who would have got it", async () => {
    const here = await cachedRoute(varied);
    const ask = (language: string) => here.get("/orders/1", [`accept-language: ${language}`]);
    expect((await ask("de")).body).toBe("de 1");
    const second = await ask("fr");
    expect([second.body, statusOf(second)]).toEqual(["fr 2", "holdfast; fwd=vary-miss; fwd-status=200; stored"]);
    expect((await ask("de")).body).toBe("de 1");
    expect((await ask("fr")).body).toBe("fr 2");
    expect(here.asked).toHaveLength(2);
  });

  test("a star fits nobody", async () => {
    const here = await cachedRoute((_, response, turn) =>
      response.writeHead(200, { "cache-control": "max-age=60", vary: "*" }).end(`${turn}`),
    );
    await here.get();
    expect((await here.get()).body).toBe("2");
  });
});

describe("what clients ask of the cache", () => {
  test("no-cache asks the upstream; only-if-cached asks nobody else; no-store leaves no trace", async () => {
    const here = await cachedRoute(fresh);
    const nothing = await here.get("/orders/1", ["cache-control: only-if-cached"]);
    expect([nothing.status, nothing.body.includes("not_in_cache"), here.asked.length]).toEqual([504, true, 0]);
    await here.get();
    expect((await here.get("/orders/1", ["cache-control: only-if-cached"])).body).toBe("answer 1");
    expect((await here.get("/orders/1", ["cache-control: no-cache"])).body).toBe("answer 2");
    expect((await here.get("/orders/1", ["pragma: no-cache"])).body).toBe("answer 3");
    expect((await here.get("/orders/1", ["cache-control: no-store"])).body).toBe("answer 4");
    expect((await here.get()).body).toBe("answer 3");
    expect(await uses(here, 7)).toEqual([null, "miss", "hit", "miss", "miss", "bypass", "hit"]);
  });

  test("they can be told that it is not theirs to say", async () => {
    const here = await cachedRoute(fresh, { client_directives: "ignore" });
    await here.get();
    for (const header of [
      "cache-control: no-cache",
      "cache-control: no-store",
      "cache-control: max-age=0",
      "pragma: no-cache",
    ])
      expect((await here.get("/orders/1", [header])).body).toBe("answer 1");
  });

  test("who has it already gets a 304 out of the store", async () => {
    const here = await cachedRoute((_, response) =>
      response
        .writeHead(200, {
          "cache-control": "max-age=60",
          etag: '"v1"',
          "last-modified": "Mon, 05 Jan 2026 09:00:00 GMT",
          "content-type": "text/plain",
        })
        .end("body"),
    );
    await here.get();
    for (const condition of [
      'if-none-match: W/"v1"',
      "if-none-match: *",
      "if-modified-since: Mon, 05 Jan 2026 09:00:00 GMT",
    ]) {
      const answer = await here.get("/orders/1", [condition]);
      expect([answer.status, answer.body, answer.header("etag"), answer.header("content-type")]).toEqual([
        304,
        "",
        '"v1"',
        undefined,
      ]);
    }
    expect((await here.get("/orders/1", ['if-none-match: "v2"'])).status).toBe(200);
    expect(here.asked).toHaveLength(1);
  });

  test("ranges are between client and upstream", async () => {
    const here = await cachedRoute((incoming, response) => {
      const part = incoming.headers.range !== undefined;
      response.writeHead(part ? 206 : 200, { "cache-control": "max-age=60" }).end(part ? "pa" : "part");
    });
    expect((await here.get("/orders/1", ["range: bytes=0-1"])).status).toBe(206);
    expect((await here.get()).body).toBe("part");
    const again = await here.get("/orders/1", ["range: bytes=0-1"]);
    expect([again.status, again.body, statusOf(again)]).toEqual([206, "pa", "holdfast; fwd=request; fwd-status=206"]);
  });
});
