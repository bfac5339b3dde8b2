// User and password (RFC 7617) against stored hashes.
import { LIMITS, type PasswordHash, parsePasswordHash } from "@holdfast/base";
import type { PlanBasicScheme } from "@holdfast/contract";
import type { PolicyCall, PolicyTools } from "../../policies/policy.ts";
import { kept } from "../kept.ts";
import { passwordKey, type Remembered, remembered } from "../remembered.ts";
import { type Caller, invalid, REALM, type Scheme, type Verified } from "../scheme.ts";
import { hashMatches, isSlow, type PasswordChecks, passwordChecks } from "./password-checks.ts";

type User = { name: string; hash: PasswordHash; caller: Caller };

type Prepared = {
  users: ReadonlyMap<string, User>;
  /** Stands in for users that are not there, so that the time of an answer does not tell. */
  stand_in: User;
  known: Remembered<true>;
  checks: PasswordChecks;
  now: () => number;
};

export function basicScheme(scheme: PlanBasicScheme, workspace: string, { connections, clock }: PolicyTools): Scheme {
  const prepared = kept(connections, { workspace, settings: scheme }, () => prepare(scheme, clock.now));
  return {
    challenge: `Basic ${REALM}, charset="UTF-8"`,
    offer: `user and password of ${scheme.name}`,
    claims: (call) => encodedOf(call) !== undefined,
    verify(call) {
      call.drop_authorization = true;
      return verify(encodedOf(call) as string, prepared);
    },
  };
}

function prepare(scheme: PlanBasicScheme, now: () => number): Prepared {
  const users = Object.entries(scheme.users).map(([name, { password, scopes }]): User => {
    const hash = parsePasswordHash(password);
    if (!hash.ok) throw new Error(`the plan has no readable password hash for ${scheme.name}/${name}`);
    const caller = { identity: scheme.name, name, trusted_name: true, scopes, claims: undefined, headers: [] };
    return { name, hash: hash.value, caller };
  });
  const nobody: User["hash"] = { kind: "sha256", hash: Buffer.alloc(32) };
  const stand_in = users.find(({ hash }) => isSlow(hash)) ?? { name: "", hash: nobody, caller: NOBODY };
  return {
    users: new Map(users.map((user) => [user.name, user])),
    stand_in,
    known: remembered(LIMITS.identity_remembered_max),
    checks: passwordChecks(),
    now,
  };
}

const NOBODY: Caller = {
  identity: undefined,
  name: "",
  trusted_name: false,
  scopes: [],
  claims: undefined,
  headers: [],
};

/** The credentials as they were sent; undefined for other schemes. */
function encodedOf({ headers }: PolicyCall): string | undefined {
  return /^basic +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
}

const WRONG = invalid("User and password do not belong together.");

function verify(encoded: string, { users, stand_in, known, checks, now }: Prepared): Verified | Promise<Verified> {
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return invalid("The credentials are not `user:password` in base64.");
  const [name, password] = [text.slice(0, colon), text.slice(colon + 1)];
  const user = users.get(name);
  const { hash } = user ?? stand_in;
  if (!isSlow(hash)) return hashMatches(hash, password) && user ? user.caller : WRONG;
  const key = passwordKey(name, password);
  if (user && known.get(key, now())) return user.caller;
  return checks.run(hash, password).then((checked): Verified => {
    if (checked === "busy")
      return { code: "overloaded", detail: "Too many passwords are being checked.", headers: ["retry-after", "1"] };
    if (!checked || !user) return WRONG;
    known.set(key, true, now() + LIMITS.password_remembered_ms);
    return user.caller;
  });
}
