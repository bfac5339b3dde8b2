// Walks every registered route with every wrong identity. A new route is walked without being named here.
import type { Role } from "@holdfast/contract";
import { controlRoutes, publicRoutes, type Route } from "@holdfast/control";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, OTHER, startWorld, WORKSPACE, type World } from "./world.ts";

const LOWER: Record<Role, Role | undefined> = { viewer: undefined, operator: "viewer", admin: "operator" };
const ROLES = Object.keys(LOWER) as Role[];
const EXPIRES_IN_MS = 1_500;

let world: World;
let tokens: Record<Role, string>;
let stranger: string;
let revoked: string;
let expired: string;

beforeAll(async () => {
  world = await startWorld();
  tokens = { viewer: "", operator: "", admin: "" };
  for (const role of ROLES) tokens[role] = (await world.token(WORKSPACE, role)).secret;
  stranger = (await world.token(OTHER, "admin")).secret;
  const gone = await world.token(WORKSPACE, "admin");
  revoked = gone.secret;
  await world.services.identity.tokens.revoke(WORKSPACE, gone.id, { kind: "system", id: null, name: "test" });
  const { clock } = world.services;
  expired = (await world.token(WORKSPACE, "admin", clock.now() + EXPIRES_IN_MS)).secret;
  await clock.sleep(EXPIRES_IN_MS + 10);
});
afterAll(() => world.stop());

/** A path that means something to no route, in the workspace that most tokens are of. */
function pathOf(route: Route, workspace: string = WORKSPACE): string {
  return route.path.replace("{workspace}", workspace).replaceAll(/\{\w+\}/g, "nobody-knows-this");
}

/** Asks with a body that no schema takes, so that an admitted request stops at the schema and changes nothing. */
async function ask(route: Route, as: string | undefined, workspace?: string) {
  const answer = await world.control(route.method, pathOf(route, workspace), {
    ...(as === undefined ? {} : { as }),
    ...(route.body ? { body: [] } : {}),
  });
  const type = answer.headers.get("content-type") ?? "";
  const problem = type.startsWith("application/problem+json") ? await answer.json() : undefined;
  if (!problem) await answer.body?.cancel();
  return {
    status: answer.status,
    code: problem?.code as string | undefined,
    detail: problem?.detail as string | undefined,
  };
}

const NO_WORKSPACE = { status: 404, code: "not_found", detail: "There is no such workspace for you." };

const isOpen = ({ access }: Route) => access === "public" || access === "anyone";
const guarded = controlRoutes.filter((route) => !isOpen(route));
const in_workspace = guarded.filter(({ path }) => path.includes("{workspace}"));
const nameOf = (route: Route): [string, Route] => [`${route.method.toUpperCase()} ${route.path}`, route];

test("there are routes to walk", () => {
  expect(guarded.length).toBeGreaterThan(30);
  expect(in_workspace.length).toBeGreaterThan(25);
});

test("what anyone may ask is exactly this", () => {
  const open = [...controlRoutes, ...publicRoutes].filter(isOpen);
  expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    "get /api/feedback/{id}",
    "get /api/v1/setup",
    "post /api/feedback",
    "post /api/v1/password",
    "post /api/v1/session",
    "post /api/v1/setup",
  ]);
});

describe.each(guarded.map(nameOf))("%s", (_name, route) => {
  test("without an identity: 401", async () => {
    expect(await ask(route, undefined)).toMatchObject({ status: 401, code: "credentials_missing" });
  });
  test("with a revoked, an expired or a made-up token: 401", async () => {
    for (const token of [revoked, expired, `${tokens.admin}x`, "nonsense"])
      expect(await ask(route, token)).toMatchObject({ status: 401, code: "credentials_invalid" });
  });
  test("with a cookie that nobody signed: 401", async () => {
    const headers = { cookie: "holdfast.session_token=made.up", origin: "http://localhost:8090" };
    const answer = await world.control(route.method, pathOf(route), { headers });
    expect(answer.status).toBe(401);
  });
});

describe.each(in_workspace.map(nameOf))("%s", (_name, route) => {
  const role = route.access as Role;
  test("with the token of another workspace: 404", async () => {
    expect(await ask(route, stranger)).toMatchObject(NO_WORKSPACE);
  });
  test("for a workspace that does not exist, even with the token of the environment: 404", async () => {
    expect(await ask(route, ADMIN_TOKEN, "never-made")).toMatchObject(NO_WORKSPACE);
  });
  test(`with less than ${role}: 403`, async () => {
    const lower = LOWER[role];
    if (lower) expect(await ask(route, tokens[lower])).toMatchObject({ status: 403, code: "forbidden" });
    else expect(role).toBe("viewer");
  });
  test(`with ${role}: admitted`, async () => {
    const { status, detail } = await ask(route, tokens[role]);
    expect(status).not.toBe(401);
    expect(status).not.toBe(403);
    expect(status).toBeLessThan(500);
    expect(detail).not.toBe(NO_WORKSPACE.detail);
  });
});
