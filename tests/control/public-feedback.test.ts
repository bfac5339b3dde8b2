// Feedback from the outside: who may send, what comes back, and what stays closed.
import { LIMITS } from "@holdfast/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_TOKEN, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const shop = { origin: "https://shop.example.com" };
const desk = { origin: "https://desk.example.com" };
const message = "The order page shows an error";

/** Each test sends from an address of its own, so that none uses up the minute of another. */
const send = (body: unknown, headers: Record<string, string> = {}) =>
  world.public("post", "/api/feedback", { body, headers });

test("a voice with the reference of a call is received, linked and read again by its reporter", async () => {
  const [call] = await world.record([{}]);
  const detail = await world.control("get", `/api/v1/workspaces/acme/calls/${call}`, { as: ADMIN_TOKEN });
  const { reference } = await detail.json();
  const answer = await send({ site: "shop", message, rating: 2, references: [reference, "hf2.made.up"] }, shop);
  expect(answer.status).toBe(201);
  const receipt = await answer.json();
  expect(receipt).toMatchObject({ status: "received", references_accepted: 1 });

  const path = `/api/feedback/${receipt.id}`;
  const report = await world.public("get", `${path}?token=${receipt.token}`, { headers: shop });
  expect(await report.json()).toMatchObject({ message, status: "received" });
  expect(report.headers.get("access-control-allow-origin")).toBe(shop.origin);

  expect(await world.services.feedback.link("acme", receipt.id)).toBe("linked");
  const said = await (await world.control("get", `/api/v1/workspaces/acme/calls/${call}`, { as: ADMIN_TOKEN })).json();
  expect(said.feedback).toMatchObject([{ id: receipt.id, channel: "widget", site: "shop" }]);
  expect(JSON.stringify(said)).not.toContain("token_hash");
});

test("a wrong token, another workspace's token and no token open nothing", async () => {
  const mine = await (await send({ site: "shop", message })).json();
  const theirs = await (await send({ site: "desk", message })).json();
  for (const token of [theirs.token, mine.token.replace("acme.", "globex."), `${mine.token}x`, "acme.", "x"]) {
    const answer = await world.public("get", `/api/feedback/${mine.id}?token=${encodeURIComponent(token)}`);
    expect([answer.status, (await answer.json()).code]).toEqual([404, "not_found"]);
  }
  expect((await world.public("get", `/api/feedback/${mine.id}`)).status).toBe(422);
});

test.each([
  ["a site that nobody declared", { site: "shp", message }, {}, 422, "invalid_input"],
  ["a site named by its workspace", { site: "acme/shop", message }, {}, 201, undefined],
  ["a page of another site", { site: "shop", message }, desk, 403, "origin_not_allowed"],
  ["a page of no site", { site: "shop", message }, { origin: "https://evil.example" }, 403, "origin_not_allowed"],
  ["a sandboxed page", { site: "shop", message }, { origin: "null" }, 403, "origin_not_allowed"],
  ["a program without a page", { site: "shop", message }, {}, 201, undefined],
])("%s", async (_name, body, headers, status, code) => {
  const answer = await send(body, headers as Record<string, string>);
  const said = await answer.json();
  expect([answer.status, said.code]).toEqual([status, code]);
  if (code === "invalid_input") expect(said.errors[0].path).toBe("site");
});

test("a browser is told which pages may send, also when they are refused for another reason", async () => {
  const asking = { ...shop, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
  const preflight = await world.public("options", "/api/feedback", { headers: asking });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(shop.origin);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
  expect(preflight.headers.get("vary")).toMatch(/origin/i);
  const foreign = await world.public("options", "/api/feedback", {
    headers: { ...asking, origin: "https://evil.example" },
  });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  const refused = await send({ site: "shop", message: "" }, shop);
  expect(refused.status).toBe(422);
  expect(refused.headers.get("access-control-allow-origin")).toBe(shop.origin);
});

test("the control port's routes are not on the public port, nor the other way round", async () => {
  expect((await world.public("get", "/api/v1/me", { as: ADMIN_TOKEN })).status).toBe(404);
  expect((await world.control("post", "/api/feedback", { body: { site: "shop", message } })).status).toBe(404);
});

test("one address that sends too much is asked to wait", async () => {
  const statuses = [];
  for (let count = 0; count <= LIMITS.feedback_per_address_per_minute; count++) {
    const answer = await send({ site: "shop", message: `${message} ${count}` });
    statuses.push(answer.status);
    if (answer.status === 429) expect(answer.headers.get("retry-after")).toBe("60");
  }
  expect(statuses.at(-1)).toBe(429);
  // Looking at what became of a report is another matter.
  expect((await world.public("get", "/api/feedback/unknown?token=x")).status).toBe(404);
});
