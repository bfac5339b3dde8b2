// Stale answers, and calls that wait for each other, through a real gateway.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { cachedRoute, fresh, type Reply, statusOf, uses } from "../../../tests/gateway/cached-route.ts";
import { type Answer, closeAll, request, talk } from "../../../tests/gateway/world.ts";

afterEach(closeAll);

describe("stale answers", () => {
  test("while one call beside asks anew, clients are served at once", async () => {
    const here = await cachedRoute((_, response, turn) => {
      response.setHeader("cache-control", "max-age=60, stale-while-revalidate=60");
      setTimeout(() => response.end(`answer ${turn}`), turn === 1 ? 0 : 150);
    });
    await here.get();
    here.clock.skip(70);
    const began = performance.now();
    const both = await Promise.all([here.get(), here.get()]);
    expect(both.map(({ body }) => body)).toEqual(["answer 1", "answer 1"]);
    expect(statusOf(both[0] as Answer)).toMatch(/^holdfast; hit; ttl=-1[01]$/);
    expect(performance.now() - began).toBeLessThan(140);
    await sleep(250);
    expect((await here.get()).body).toBe("answer 2");
    expect(here.asked).toHaveLength(2);
    expect(await uses(here, 4)).toEqual(["miss", "stale", "stale", "hit"]);
  });

  test("the call beside asks by validator, and a 304 is enough", async () => {
    const here = await cachedRoute(({ headers }, response, turn) => {
      response.setHeader("cache-control", "max-age=60, stale-while-revalidate=60").setHeader("etag", '"v1"');
      if (headers["if-none-match"] === '"v1"') response.writeHead(304).end();
      else response.end(`answer ${turn}`);
    });
    await here.get();
    here.clock.skip(70);
    await here.get();
    await expect.poll(async () => statusOf(await here.get())).toMatch(/hit; ttl=(60|59)/);
    expect(here.asked).toHaveLength(2);
  });

  test.each([503, 500, 0])("an upstream in trouble (%i) is stood in for", async (trouble) => {
    const here = await cachedRoute(
      (incoming, response, turn) => {
        if (turn === 1) fresh(incoming, response, turn);
        else if (trouble === 0) incoming.destroy();
        else response.writeHead(trouble).end("trouble");
      },
      { stale_if_error: "5m" },
    );
    await here.get();
    here.clock.skip(100);
    const stale = await here.get();
    expect([stale.status, stale.body, stale.header("age")]).toEqual([200, "answer 1", "100"]);
    here.clock.skip(300);
    expect((await here.get()).status).toBe(trouble === 0 ? 502 : trouble);
    expect((await uses(here, 3)).slice(1)).toEqual(["stale", "miss"]);
  });

  test("also one that is gone, and never against must-revalidate", async () => {
    const here = await cachedRoute(
      ({ url }, response) =>
        void response
          .setHeader("cache-control", `max-age=60${url === "/orders/2" ? ", must-revalidate" : ""}`)
          .end("answer"),
      { stale_if_error: "5m" },
    );
    await here.get("/orders/1");
    await here.get("/orders/2");
    here.clock.skip(61);
    await here.close();
    expect((await here.get("/orders/1")).body).toBe("answer");
    expect((await here.get("/orders/2")).status).toBe(502);
  });

  test("a client that takes stale answers is given them", async () => {
    const here = await cachedRoute(fresh);
    await here.get();
    here.clock.skip(65);
    expect((await here.get("/orders/1", ["cache-control: max-stale=10"])).body).toBe("answer 1");
    expect((await here.get("/orders/1", ["cache-control: max-stale=1"])).body).toBe("answer 2");
  });
});

describe("collapsed forwarding", () => {
  const slow =
    (headers: Record<string, string>): Reply =>
    ({ headers: asked }, response, turn) =>
      void setTimeout(() => response.writeHead(200, headers).end(`answer ${turn} ${asked.accept ?? ""}`.trim()), 150);

  test("of many calls for one answer, one asks the upstream", async () => {
    const here = await cachedRoute(slow({ "cache-control": "max-age=60" }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => here.get()));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(["answer 1"]));
    expect(here.asked).toHaveLength(1);
    const all = await uses(here, 20);
    expect([all.filter((use) => use === "miss").length, all.filter((use) => use === "coalesced").length]).toEqual([
      1, 19,
    ]);
    expect(answers.filter((answer) => statusOf(answer)?.includes("collapsed"))).toHaveLength(19);
  });

  test("what turns out not to be for keeping lets all go at once, and the next do not wait", async () => {
    const here = await cachedRoute((_, response, turn) => {
      response.writeHead(200, { "cache-control": "no-store" });
      response.flushHeaders();
      setTimeout(() => response.end(`answer ${turn}`), 300);
    });
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, () => here.get()));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(5);
    // One after the other would take 1.5 s; those who waited went on at the first head.
    expect(performance.now() - began).toBeLessThan(900);
    const later = performance.now();
    await Promise.all([here.get(), here.get(), here.get()]);
    expect(performance.now() - later).toBeLessThan(550);
  });

  test("who waited for another variant asks for their own", async () => {
    const here = await cachedRoute(slow({ "cache-control": "max-age=60", vary: "accept" }));
    const answers = await Promise.all([here.get("/orders/1", ["accept: a"]), here.get("/orders/1", ["accept: b"])]);
    expect(answers.map(({ body }) => body.split(" ")[2])).toEqual(["a", "b"]);
  });

  test("when the client of the one that asks leaves, another takes over", async () => {
    const here = await cachedRoute(slow({ "cache-control": "max-age=60" }));
    const leaver = talk(here.port, { pieces: [request("GET /orders/1")], wait_ms: 60, leave: true });
    await sleep(20);
    const answers = await Promise.all([here.get(), here.get(), leaver]);
    expect(answers.slice(0, 2).map(({ body }) => body)).toEqual(["answer 2", "answer 2"]);
    expect(here.asked).toHaveLength(2);
  });

  test("the wait has an end", async () => {
    const here = await cachedRoute(
      (_, response, turn) =>
        void setTimeout(
          () => response.setHeader("cache-control", "max-age=60").end(`answer ${turn}`),
          turn === 1 ? 800 : 0,
        ),
      { collapse_wait: "100ms" },
    );
    const first = here.get();
    await sleep(30);
    const began = performance.now();
    expect((await here.get()).body).toBe("answer 2");
    expect(performance.now() - began).toBeLessThan(500);
    await first;
  });

  test("an upstream in trouble answers each for itself, all at the same time", async () => {
    const here = await cachedRoute((_, response) => void setTimeout(() => response.writeHead(503).end(), 100));
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, () => here.get()));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(503));
    expect(performance.now() - began).toBeLessThan(600);
  });

  test("off means off", async () => {
    const here = await cachedRoute(slow({ "cache-control": "max-age=60" }), { collapse: false });
    await Promise.all([here.get(), here.get(), here.get()]);
    expect(here.asked).toHaveLength(3);
  });
});
