// What `by: key` counts: the key that said who calls, through a real gateway.
import { scryptSync } from "node:crypto";
import { simulatedClock } from "@holdfast/base";
import type { PlanAccess, PlanLimit, PlanScheme } from "@holdfast/contract";
import { afterEach, expect, test } from "vitest";
import { open, rules } from "../../tests/gateway/access-routes.ts";
import { closeAll } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const limits: PlanLimit[] = [{ name: "once", by: "key", rate: { count: 1, window_ms: 60_000 }, burst: 1 }];
/** Before the old key of the shop ends. */
const clock = () => simulatedClock(Date.UTC(2026, 5, 1) - 1000);

async function limited(access: PlanAccess) {
  const { call } = await open({ access, limits }, { clock: clock() });
  return async (...headers: string[]) => (await call("GET /orders/1", headers)).status;
}

test.each<PlanAccess>(["api-key", rules({ kind: "api-key" })])("whatever else is sent along: %j", async (access) => {
  const ask = await limited(access);
  expect(await ask("x-api-key: key-of-shop", "authorization: Bearer one")).toBe(200);
  expect(await ask("x-api-key: key-of-shop", "authorization: Bearer two")).toBe(429);
  expect(await ask("x-api-key: key-of-other")).toBe(200);
});

test("a made-up key beside the one in Authorization is no counter of its own", async () => {
  const ask = await limited("api-key");
  expect(await ask("authorization: Bearer key-of-shop", "x-api-key: 1")).toBe(200);
  expect(await ask("authorization: Bearer key-of-shop", "x-api-key: 2")).toBe(429);
  expect(await ask("x-api-key: key-of-shop")).toBe(429);
});

test.each<PlanScheme>([
  { kind: "api-key" },
  { kind: "api-key", header: "x-api-key" },
  { kind: "api-key", header: "x-partner" },
])("two keys of one consumer are two: %j", async (scheme) => {
  const ask = await limited(rules(scheme));
  const name = "header" in scheme && scheme.header ? scheme.header : "x-api-key";
  const both = async () => [await ask(`${name}: key-of-shop`), await ask(`${name}: old-key-of-shop`)];
  expect(await both()).toEqual([200, 200]);
  expect(await both()).toEqual([429, 429]);
});

test("who was found by something else counts by name, whatever keys are sent along", async () => {
  const salt = Buffer.from("0123456789abcdef");
  const hash = scryptSync("right", salt, 32, { N: 2 ** 11, r: 8, p: 1 });
  const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  const password = `$scrypt$ln=11,r=8,p=1$${base64(salt)}$${base64(hash)}`;
  const ask = await limited(rules({ kind: "basic", name: "staff", users: { lena: { password, scopes: [] } } }));
  const lena = `authorization: Basic ${Buffer.from("lena:right").toString("base64")}`;
  expect(await ask(lena, "x-api-key: 1")).toBe(200);
  expect(await ask(lena, "x-api-key: 2")).toBe(429);
  expect(await ask(lena, "x-api-key: key-of-shop")).toBe(429);
});
