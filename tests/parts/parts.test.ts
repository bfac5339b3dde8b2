// Each part does what its name says; where a part is missing, this file is the first to say so.

import pg from "pg";
import { expect, test } from "vitest";
import { axeSource } from "./axe.ts";
import { launchChromium, unpackedChromium } from "./chromium.ts";
import { part } from "./index.ts";
import { startRedis } from "./redis.ts";

const [postgres, redis, chromium] = [await part("postgres"), await part("redis"), await part("chromium")];

postgres.describe("PostgreSQL", ({ freshDatabase }) => {
  test("gives each caller a database of its own, whose owner is no superuser", async () => {
    const [first, second] = [await freshDatabase(), await freshDatabase()];
    expect(first).not.toBe(second);
    const client = new pg.Client({ connectionString: first });
    await client.connect();
    const { rows } = await client.query("select rolsuper, version() from pg_roles where rolname = current_user");
    await client.end();
    expect(rows[0].rolsuper).toBe(false);
    expect(rows[0].version).toMatch(/^PostgreSQL \d+/);
  });
});

redis.describe("Redis", ({ freshDatabase }) => {
  test("gives each caller a database of its own", async () => {
    expect(await freshDatabase()).not.toBe(await freshDatabase());
  });

  test("can be a caller's own server, to be taken away and brought back", async () => {
    const server = await startRedis();
    await server.stop();
    const again = await startRedis(server.port);
    expect(again.url).toBe(server.url);
    await again.stop();
  });
});

const page = "<html lang=en><title>Hi</title><main><h1>Hello</h1></main></html>";

chromium.describe("Chromium", ({ launch }) => {
  test("opens a page, in which axe-core runs", async () => {
    const browser = await launch();
    const tab = await browser.newPage();
    await tab.setContent(page);
    await tab.evaluate(axeSource);
    const found = await tab.evaluate("axe.run()");
    await browser.close();
    expect(found).toMatchObject({ violations: [] });
  });

  test.runIf(process.platform === "linux" && process.arch === "x64")("the packaged browser starts too", async () => {
    const browser = await launchChromium(await unpackedChromium());
    const tab = await browser.newPage();
    await tab.setContent(page);
    expect(await tab.title()).toBe("Hi");
    await browser.close();
  });
});
