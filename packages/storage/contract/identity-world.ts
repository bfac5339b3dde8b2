// Identity over a store, for the suites that prove sign-in and its rules on each database. They live here because identity may
// not know which databases there are.
import { createIdentity, type Identity, type IdentityOptions } from "@holdfast/identity";
import { afterEach, beforeEach } from "vitest";
import { type FreshDatabase, openWorld, type World } from "./world.ts";

export type IdentityWorld = World & {
  identity: Identity;
  /** The same store with other settings. */
  another(varied: Partial<IdentityOptions>): Promise<Identity>;
  /** The first admin, signed in. */
  setUp(): Promise<{ cookie: string; id: string }>;
};

export const ADA = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };
const SECRET = "a secret for tests that is 43 characters long";

/** A new installation for each test. */
export function useIdentity(freshDatabase: FreshDatabase): () => IdentityWorld {
  let world: IdentityWorld | undefined;
  beforeEach(async () => {
    world = await openIdentity(await freshDatabase());
  });
  afterEach(() => world?.store.close());
  return () => {
    if (!world) throw new Error("the installation is open only while tests run");
    return world;
  };
}

async function openIdentity(url: string): Promise<IdentityWorld> {
  const world = await openWorld(url);
  const { store, clock, ids } = world;
  const options = { ...store, clock, ids, secret: SECRET, base_url: "http://127.0.0.1:8090" };
  const identity = await createIdentity(options);
  return {
    ...world,
    identity,
    another: (varied) => createIdentity({ ...options, ...varied }),
    setUp: async () => {
      const token = (await identity.setupLinkToken()) ?? "";
      const { cookie, principal } = await identity.setup({ token, ...ADA });
      return { cookie, id: principal.id ?? "" };
    },
  };
}

/** Request headers of a browser that got this Set-Cookie. */
export function withCookie(set_cookie: string): Headers {
  return new Headers({ cookie: set_cookie.split(";")[0] ?? "" });
}

export function withBearer(secret: string): Headers {
  return new Headers({ authorization: `Bearer ${secret}` });
}

/** The token in a one-time link. */
export function tokenIn(link: string | null): string {
  return new URL(link ?? "").searchParams.get("token") ?? "";
}
