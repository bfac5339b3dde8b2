// From request headers to a principal: the admin token of the environment, an API token, or the session of a person.
import { timingSafeEqual } from "node:crypto";
import { type Instant, LIMITS } from "@holdfast/base";
import { type Principal, principalOf } from "./model/principal.ts";
import { hashOfSecret, isWholeToken, looksLikeToken } from "./model/token-text.ts";
import type { DirectoryPorts, TokenRow } from "./ports.ts";
import type { SessionPerson } from "./sign-in/session-endpoints.ts";
import type { Tools } from "./tools.ts";

export type Authenticate = (headers: Headers) => Promise<Principal | undefined>;

/** Undefined for whoever cannot be named. A request with an Authorization header stands or falls with it, whatever its cookies. */
export function createAuthenticate(tools: Tools, admin_token: string | undefined): Authenticate {
  refuseWeak(admin_token);
  return async (headers) => {
    const authorization = headers.get("authorization");
    if (authorization === null) {
      const person = await tools.sign_in.read(headers);
      return person && personPrincipal(tools, person);
    }
    const secret = /^Bearer +(.+)$/i.exec(authorization.trim())?.[1];
    if (secret === undefined) return undefined;
    if (looksLikeToken(secret)) return isWholeToken(secret) ? tokenPrincipal(tools, secret) : undefined;
    return admin_token !== undefined && isSame(secret, admin_token) ? adminPrincipal(tools) : undefined;
  };
}

function refuseWeak(admin_token: string | undefined): void {
  const least = LIMITS.admin_token_characters_min;
  if (admin_token !== undefined && admin_token.length < least)
    throw new Error(`HOLDFAST_ADMIN_TOKEN is too short to be safe: use at least ${least} random characters`);
}

export async function personPrincipal({ directory }: Tools, person: SessionPerson): Promise<Principal> {
  const memberships = await directory((ports) => ports.memberships(person.id));
  return principalOf({ kind: "person", ...person }, memberships);
}

function tokenPrincipal({ directory, clock }: Tools, secret: string): Promise<Principal | undefined> {
  return directory(async (ports) => {
    const now = clock.now();
    const token = await ports.tokenByHash(hashOfSecret(secret));
    if (!token || !isAlive(token, now)) return undefined;
    await touch(ports, token, now);
    const { id, name, role, workspace } = token;
    return principalOf({ kind: "token", id, name, email: null }, [{ name: workspace, role }]);
  });
}

function isAlive({ revoked_at, expires_at }: TokenRow, now: Instant): boolean {
  return revoked_at === null && (expires_at === null || expires_at > now);
}

async function touch(ports: DirectoryPorts, { id, last_used_at }: TokenRow, now: Instant): Promise<void> {
  if (last_used_at === null || now - last_used_at >= LIMITS.token_touch_ms) await ports.touchToken(id, now);
}

async function adminPrincipal({ directory }: Tools): Promise<Principal> {
  const workspaces = await directory((ports) => ports.workspaces.list());
  const memberships = workspaces.map(({ name }) => ({ name, role: "admin" as const }));
  return principalOf({ kind: "token", id: null, name: "Admin token", email: null }, memberships);
}

/** Compares digests, which have one length, so that neither time nor an error tells anything about the secret. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(hashOfSecret(left)), Buffer.from(hashOfSecret(right)));
}
