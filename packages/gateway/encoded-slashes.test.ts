// Encoded slashes through a real gateway: what a route that keeps them passes on, and that nobody else lets one in.
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { cachedRoute, fresh, statusOf } from "../../tests/gateway/cached-route.ts";
import { type Echo, echo } from "../../tests/gateway/message-routes.ts";
import { type Answer, closeAll, modelAt, planOf, request, routeTo, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const KEEP: Partial<PlanRoute> = { path: "/projects/:id/**", encoded_slashes: "keep" };
const route = (name: string, url: string, more: Partial<PlanRoute>): PlanRoute =>
  routeTo(url, { name, subject: `routes.${name}`, ...more });

const ask = (port: number, path: string, method = "GET", headers: string[] = []): Promise<Answer> =>
  talk(port, { pieces: [request(`${method} ${path}`, headers)] });

const urlIn = ({ body }: Answer): string =>
  (JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)) as Echo).url;

/** What an answer says, without what is each call's own. */
function said({ status, headers, body }: Answer): unknown {
  const { request_id: _, ...problem } = JSON.parse(body) as Record<string, unknown>;
  const own = /^(x-request-id|traceparent|x-holdfast-ref|date|content-length)$/;
  return [status, problem, headers.filter(([name]) => !own.test(name)), headers.length];
}

describe("kept, the upstream gets it as one character of its segment:", () => {
  const transform = (path: string): Partial<PlanRoute> => ({
    transform: {
      request: {
        headers: { set: { "x-project": "{param.id}" }, add: {}, remove: [] },
        query: { set: {}, remove: [] },
        other_bodies: "pass",
        path,
      },
    },
  });
  test.each<[string, Partial<PlanRoute>, path: string, url: string]>([
    ["as it came", {}, "/projects/group%2Fname/issues?q=a%2fb", "/base/projects/group%2Fname/issues?q=a%2fb"],
    ["in upper case", {}, "/projects/a%2fb%2fc", "/base/projects/a%2Fb%2Fc"],
    ["in the rest of a path, and at its end", {}, "/projects/1/x%2Fy/folder%2F", "/base/projects/1/x%2Fy/folder%2F"],
    ["behind what is stripped", { rewrite: { strip: "/projects" } }, "/projects/a%2Fb/c", "/base/a%2Fb/c"],
    [
      "in a template",
      { rewrite: { path: "/p/{param.**}/{param.id}" } },
      "/projects/a%2Fb/c%2Fd/e",
      "/base/p/c%2Fd/e/a%2Fb",
    ],
    [
      "in a transformed path",
      transform("/p/{param.id}/{query.q}"),
      "/projects/a%2Fb?q=c/d",
      "/base/p/a%2Fb/c%2Fd?q=c/d",
    ],
  ])("%s", async (_, more, path, url) => {
    const service = await echo();
    const { port, record } = await world({ routes: [route("projects", `${service.url}/base`, { ...KEEP, ...more })] });
    const answer = await ask(port, path);
    expect(answer.status).toBe(200);
    expect(urlIn(answer)).toBe(url);
    expect(await record()).toMatchObject({
      path: path.split("?")[0]?.replaceAll("%2f", "%2F"),
      route: "/projects/:id/**",
      subject: "routes.projects",
    });
  });

  test("decoded where templates take values out of the path, encoded where a step's path is made of one", async () => {
    const service = await echo();
    const step = {
      name: "one",
      service: "one",
      releases: [{ name: "v1", weight: 1, targets: [{ url: service.url }] }],
      method: "GET" as const,
      path: "/items/{param.id}",
      query: {},
      headers: { "x-project": "{param.id}" },
      after: [],
      required: true,
      default: null,
      timeout_ms: 2000,
      connect_ms: 500,
    };
    // What another service says of itself is no path of the client's.
    const by_answer = { ...step, name: "two", path: "/by/{step.one.url}", after: ["one"], required: false };
    const composed = {
      compose: { steps: [step, by_answer], result: '{ "one": one, "two": two }', bytes_max: 100_000 },
      releases: [{ name: "composed", weight: 1, targets: [] }],
    };
    const { port } = await world({ routes: [route("projects", "", { ...KEEP, ...composed })] });
    const answer = await ask(port, "/projects/group%2Fname");
    expect(JSON.parse(answer.body)).toMatchObject({
      one: { url: "/items/group%2Fname", headers: { "x-project": "group/name" } },
      two: null,
    });
  });

  test("apart from the path with a slash in its place: in matching and in the cache", async () => {
    const service = await echo();
    const { port, records } = await world({
      routes: [
        route("one", service.url, { path: "/a/:name", encoded_slashes: "keep" }),
        route("two", service.url, { path: "/a/b/c", encoded_slashes: "keep" }),
        route("scoped", service.url, { path: "/:name", encoded_slashes: "keep" }),
      ],
    });
    const paths = ["/a/b%2Fc", "/a/b/c", "/a%2Fb%2Fc", "/@scope%2fname"];
    for (const path of paths) expect((await ask(port, path)).status).toBe(200);
    expect(records.map(({ subject }) => subject)).toEqual([
      "routes.one",
      "routes.two",
      "routes.scoped",
      "routes.scoped",
    ]);

    const here = await cachedRoute(fresh, {}, { encoded_slashes: "keep" });
    for (const path of ["/orders/a%2fb", "/orders/a/b", "/orders/a%2Fb"]) await here.get(path);
    expect(here.asked.map(({ url }) => url)).toEqual(["/orders/a%2Fb", "/orders/a/b"]);
    expect(here.gateway.purge({ workspace: "acme", url: "shop.example.com/orders/a%2fb" })).toBe(1);
    expect(statusOf(await here.get("/orders/a/b"))).toContain("hit");
    expect((await here.get("/orders/a%2Fb")).body).toBe("answer 3");
  });
});

test.each([
  "..%2Fa",
  "a%2F..",
  "a%2F%2Fb",
  "%2Fa",
  "a%2F/b",
  "%2e%2e%2fa",
  "a%2f%2e%2e",
  "a%2F..;x=1",
  "a%2F..%3Bx=1",
  "a%2F%5Cb",
  "a%2F%00",
])("a route that keeps them refuses /projects/%s: it could be read as another path", async (hidden) => {
  const service = await echo();
  const { port, record } = await world({ routes: [route("projects", service.url, KEEP)] });
  const answer = await ask(port, `/projects/${hidden}`);
  expect(answer.status).toBe(400);
  expect(await record()).toMatchObject({ outcome: "malformed_request", error_origin: "client", subject: null });
  expect(service.calls()).toBe(0);
});

describe("refused, the answer tells nothing of what is there:", () => {
  const header = { conditions: [{ in: "header" as const, name: "x-beta", present: true }] };
  const there: Partial<PlanRoute>[] = [
    {},
    header,
    { methods: ["POST"] },
    { access: "api-key" },
    { limits: [{ name: "one", by: "route", rate: { count: 1, window_ms: 60_000 }, burst: 1 }] },
    { encoded_slashes: "keep", methods: ["POST"] },
    { encoded_slashes: "keep", ...header },
  ];
  test.each(there)("%j", async (more) => {
    const service = await echo();
    // Two workspaces: an answer has a reference as soon as it is known whose call it is.
    const other = route("other", service.url, { workspace: "other", path: "/elsewhere" });
    const models = [modelAt([], { access: "public" })];
    const { port, records } = await world({
      routes: [route("projects", service.url, { path: "/projects/:id", ...more }), other],
      models,
    });
    const bare = await world({ routes: [other], models });
    const [answer, nowhere] = [await ask(port, "/projects/a%2Fb"), await ask(bare.port, "/projects/a%2Fb")];
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: "malformed_request",
      detail: "The path contains an encoded slash.",
    });
    expect(said(answer)).toEqual(said(nowhere));
    expect(records[0]).toMatchObject({ subject: null, workspace: "", path: "/projects/a%2Fb" });
    expect(service.calls()).toBe(0);
  });
});

test("a preflight is answered by the route that keeps them", async () => {
  const cors = { origins: ["https://shop.example.com"], exposed_headers: [], credentials: false, max_age: 600_000 };
  const { port } = await world({
    routes: [route("projects", "http://127.0.0.1:1", { ...KEEP, methods: ["PUT"], cors })],
  });
  const preflight = ["Origin: https://shop.example.com", "Access-Control-Request-Method: PUT"];
  expect((await ask(port, "/projects/a%2Fb", "OPTIONS", preflight)).status).toBe(204);
  expect((await ask(port, "/projects/..%2Fb", "OPTIONS", preflight)).status).toBe(400);
});

test("a request that is said again and again is kept while its route keeps it, and under the next plan refused", async () => {
  const service = await echo();
  const { port, gateway, records } = await world({ routes: [route("projects", service.url, KEEP)] });
  const one = "GET /projects/a%2fb HTTP/1.1\r\nHost: a\r\n\r\n";
  const ends = (count: number) => (raw: string) =>
    raw.split("HTTP/1.1 ").length > count && /[}\]]\r?\n?(0\r\n\r\n)?$/.test(raw);
  const before = await talk(port, { pieces: [one, one, one, one], until: ends(4) });
  expect(before.raw.match(/HTTP\/1\.1 \d+/g)).toEqual(Array(4).fill("HTTP/1.1 200"));
  expect(before.raw.match(/"url":"[^"]*"/g)).toEqual(Array(4).fill('"url":"/projects/a%2Fb"'));
  await gateway.swap(planOf({ number: 8, routes: [route("projects", service.url, { path: "/projects/:id/**" })] }));
  const after = await talk(port, { pieces: [one, one, one, one], until: ends(4) });
  expect(after.raw.match(/HTTP\/1\.1 \d+/g)).toEqual(Array(4).fill("HTTP/1.1 400"));
  expect(records.map(({ path, status }) => `${path} ${status}`)).toEqual([
    ...Array(4).fill("/projects/a%2Fb 200"),
    ...Array(4).fill("/projects/a%2Fb 400"),
  ]);
  expect(service.calls()).toBe(4);
});
