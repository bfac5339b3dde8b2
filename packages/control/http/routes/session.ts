// First start, signing in and out, and who I am.
import { Me, PasswordInput, SetupInput, SetupState, SignInInput } from "@holdfast/contract";
import type { Principal } from "@holdfast/identity";
import { defineRoute, type Route } from "../route.ts";

const readSetup = defineRoute({
  method: "get",
  path: "/api/v1/setup",
  access: "anyone",
  summary: "Whether this installation has its first admin",
  shows: SetupState,
  run: async ({ services }) => ({ done: await services.identity.isSetUp() }),
});

const setUp = defineRoute({
  method: "post",
  path: "/api/v1/setup",
  access: "anyone",
  summary: "Make the first admin with the one-time setup token, and sign them in",
  body: SetupInput,
  shows: Me,
  run: async ({ services, body, reply }) => {
    const session = await services.identity.setup(body);
    reply.append("set-cookie", session.cookie);
    return presentMe(session.principal);
  },
});

const signIn = defineRoute({
  method: "post",
  path: "/api/v1/session",
  access: "anyone",
  summary: "Sign in with e-mail and password",
  body: SignInInput,
  shows: Me,
  run: async ({ services, body, address, reply }) => {
    const session = await services.identity.signIn(body, { address });
    reply.append("set-cookie", session.cookie);
    return presentMe(session.principal);
  },
});

const signOut = defineRoute({
  method: "delete",
  path: "/api/v1/session",
  access: "signed-in",
  summary: "Sign out: the session ends on the server too",
  run: async ({ services, headers, reply }) => {
    reply.append("set-cookie", await services.identity.signOut(headers));
  },
});

const readMe = defineRoute({
  method: "get",
  path: "/api/v1/me",
  access: "signed-in",
  summary: "Who I am, and my role in each workspace",
  shows: Me,
  run: async ({ who }) => presentMe(who),
});

const setPassword = defineRoute({
  method: "post",
  path: "/api/v1/password",
  access: "anyone",
  summary: "Set a password with a one-time link",
  body: PasswordInput,
  run: ({ services, body }) => services.identity.setPassword(body),
});

function presentMe(who: Principal): Me {
  return { kind: who.kind, id: who.id, name: who.name, email: who.email, workspaces: who.workspaces() };
}

export const sessionRoutes: Route[] = [readSetup, setUp, signIn, signOut, readMe, setPassword];
