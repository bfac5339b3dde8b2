// better-auth as we use it: it checks passwords and keeps sessions, in our tables and under our names. Its routes are not
// mounted; nobody signs up; accounts are rows that our own repositories write. Times come from our clock.
import { type Clock, type IdSource, LIMITS } from "@holdfast/base";
import { betterAuth } from "better-auth";
import type { AuthDatabase } from "../ports.ts";
import { sessionEndpoints } from "./session-endpoints.ts";

export type SignInOptions = {
  auth: AuthDatabase;
  clock: Clock;
  ids: IdSource;
  /** Signs cookies; at least 32 characters. */
  secret: string;
  /** Where the console is reached; `https` makes cookies Secure. */
  base_url: string;
};

export type BetterAuth = ReturnType<typeof configureBetterAuth>;

const TIMES = { createdAt: "created_at", updatedAt: "updated_at" };

export function configureBetterAuth({ auth, clock, ids, secret, base_url }: SignInOptions) {
  return betterAuth({
    appName: "Holdfast",
    baseURL: base_url,
    // As a list, because a single `secret` would give way to a variable of the environment.
    secrets: [{ version: 1, value: secret }],
    database: auth,
    telemetry: { enabled: false },
    // What goes wrong reaches us as an error; its own log lines would say who failed to sign in.
    logger: { disabled: true },
    // Its limiter sits in its routes; ours is throttle.ts.
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 200 },
    user: { modelName: "people", fields: { ...TIMES, emailVerified: "email_verified" } },
    session: { ...sessionTable, expiresIn: LIMITS.session_ms / 1000, disableSessionRefresh: true },
    account: credentialTable,
    verification: { modelName: "verifications", fields: { ...TIMES, expiresAt: "expires_at" } },
    advanced: {
      cookiePrefix: "holdfast",
      useSecureCookies: base_url.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      database: { generateId: () => ids() },
      ipAddress: { disableIpTracking: true },
    },
    databaseHooks: {
      session: { create: { before: async (session) => ({ data: { ...session, ...timesOf(clock) } }) } },
    },
    plugins: [sessionEndpoints(clock)],
  });
}

function timesOf(clock: Clock): { createdAt: Date; updatedAt: Date; expiresAt: Date } {
  const now = new Date(clock.now());
  return { createdAt: now, updatedAt: now, expiresAt: new Date(clock.now() + LIMITS.session_ms) };
}

const sessionTable = {
  modelName: "sessions",
  fields: {
    ...TIMES,
    userId: "person_id",
    expiresAt: "expires_at",
    ipAddress: "ip_address",
    userAgent: "user_agent",
  },
} as const;

const credentialTable = {
  modelName: "credentials",
  fields: {
    ...TIMES,
    userId: "person_id",
    accountId: "account_id",
    providerId: "provider_id",
    accessToken: "access_token",
    refreshToken: "refresh_token",
    idToken: "id_token",
    accessTokenExpiresAt: "access_token_expires_at",
    refreshTokenExpiresAt: "refresh_token_expires_at",
  },
} as const;
