// What a client meets when it asks wrongly, and what a browser meets when a foreign page asks for it.
import { LIMITS } from "@holdfast/base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, type Asking, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const ISSUES = "/api/v1/workspaces/acme/issues";
const as = ADMIN_TOKEN;
const json = { "content-type": "application/json" };

test.each<[string, string, string, Asking, number, string]>([
  ["a value out of range", "post", ISSUES, { as, body: { title: "x", severity: 9 } }, 422, "invalid_input"],
  ["an unknown key", "post", ISSUES, { as, body: { title: "x", color: "red" } }, 422, "invalid_input"],
  ["a query that is no number", "get", `${ISSUES}?limit=many`, { as }, 422, "invalid_input"],
  ["broken JSON", "post", ISSUES, { as, body: "{", headers: json }, 400, "malformed_request"],
  [
    "a body of another kind",
    "post",
    ISSUES,
    { as, body: "x", headers: { "content-type": "text/plain" } },
    415,
    "unsupported_media_type",
  ],
  [
    "a body without a type",
    "post",
    ISSUES,
    { as, body: "{}", headers: { "content-type": "" } },
    415,
    "unsupported_media_type",
  ],
  [
    "too large a body",
    "post",
    ISSUES,
    { as, body: { title: "x".repeat(LIMITS.api_body_bytes_max) } },
    413,
    "body_too_large",
  ],
  ["a method that is not there", "put", ISSUES, { as, body: {} }, 405, "method_not_allowed"],
  ["a path that is not there", "get", "/api/v2/issues", { as }, 404, "route_unknown"],
  ["a path that is not there, to change it", "post", "/nowhere", { as }, 404, "route_unknown"],
  ["an issue that is not there", "get", `${ISSUES}/none`, { as }, 404, "not_found"],
])("%s", async (_name, method, path, asking, status, code) => {
  const answer = await world.control(method, path, asking);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const problem = await answer.json();
  expect(problem).toMatchObject({ status, code, type: `https://holdfast.dev/errors/${code}` });
  expect(problem.request_id).toBe(answer.headers.get("x-request-id"));
});

test("a method that is not there is answered with those that are", async () => {
  const answer = await world.control("put", ISSUES, { as, body: {} });
  expect(answer.headers.get("allow")).toBe("GET, POST");
});

test("a refused value is named by its path", async () => {
  const answer = await world.control("post", ISSUES, { as, body: { title: "", severity: "high", feedback: [1] } });
  const { errors } = await answer.json();
  expect(errors.map(({ path }: { path: string }) => path)).toEqual(["title", "severity", "feedback.0"]);
});

test("a harmless request id of the caller is kept, another is replaced", async () => {
  const kept = await world.control("get", ISSUES, { as, headers: { "x-request-id": "trace-12345678" } });
  expect(kept.headers.get("x-request-id")).toBe("trace-12345678");
  const replaced = await world.control("get", ISSUES, { as, headers: { "x-request-id": "<script>alert()</script>" } });
  expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("what breaks inside is told by its id alone, and its cause is in the log", async () => {
  const { issues } = world.services;
  const list = issues.list;
  issues.list = () => Promise.reject(new Error("the password of the database is hunter2"));
  const answer = await world.control("get", ISSUES, { as });
  issues.list = list;
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).not.toContain("hunter2");
  const { request_id } = JSON.parse(text);
  expect(world.log_lines.some((line) => line.includes(request_id) && line.includes("hunter2"))).toBe(true);
});

test("what a handler answers beyond its schema does not leave", async () => {
  const { issues } = world.services;
  const made = await issues.create(
    "acme",
    { title: "a", severity: 3, feedback: [] },
    { kind: "system", id: null, name: "" },
  );
  const get = issues.list;
  issues.list = async () => ({ items: [{ ...made, token_hash: "leaked" }], next: null });
  const text = await (await world.control("get", ISSUES, { as })).text();
  issues.list = get;
  expect(text).toContain(made.id);
  expect(text).not.toContain("leaked");
});

test("pages are told to be careful", async () => {
  const { headers } = await world.control("get", "/api/v1/setup");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("content-security-policy")).toContain("script-src 'self';");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
});

describe("a person with a session cookie", () => {
  const person = { name: "A. Ito", email: "ito@example.com", password: "correct horse battery" };
  const host = { host: "localhost:8090" };
  let cookie: string;

  beforeAll(async () => {
    const token = await world.services.identity.setupLinkToken();
    const answer = await world.control("post", "/api/v1/setup", { body: { token, ...person }, headers: host });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ kind: "person", email: person.email });
    cookie = answer.headers.getSetCookie()[0] ?? "";
  });

  const create = (headers: Record<string, string>) =>
    world.control("post", ISSUES, {
      body: { title: "By cookie" },
      headers: { ...host, cookie: cookie.split(";")[0] ?? "", ...headers },
    });

  test("gets a cookie that scripts and foreign pages do not", () => {
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
  });

  test.each([
    [{ origin: "http://localhost:8090" }, 201],
    [{ "sec-fetch-site": "same-origin" }, 201],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ "sec-fetch-site": "cross-site", origin: "http://localhost:8090" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{}, 403],
  ])("changes something with %j: %i", async (headers, status) => {
    expect((await create(headers as Record<string, string>)).status).toBe(status);
  });

  test("cannot be signed in as somebody else by a foreign page", async () => {
    const { email, password } = person;
    const ask = (origin: string) =>
      world.control("post", "/api/v1/session", { body: { email, password }, headers: { ...host, origin } });
    expect((await ask("https://evil.example")).status).toBe(403);
    expect((await ask("http://localhost:8090")).status).toBe(200);
  });

  test("is gone after signing out, cookie or not", async () => {
    const headers = { ...host, cookie: cookie.split(";")[0] ?? "", origin: "http://localhost:8090" };
    expect((await world.control("get", "/api/v1/me", { headers })).status).toBe(200);
    expect((await world.control("delete", "/api/v1/session", { headers })).status).toBe(204);
    expect((await world.control("get", "/api/v1/me", { headers })).status).toBe(401);
  });
});
