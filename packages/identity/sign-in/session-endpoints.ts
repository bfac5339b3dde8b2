// A better-auth plugin with the two session calls that we need otherwise than it has them: reading a session by our clock, and
// ending one so that a failure to do so is an error (its own sign-out logs it and answers that all is well).
import type { Clock } from "@holdfast/base";
import type { BetterAuthPlugin } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { deleteSessionCookie } from "better-auth/cookies";

export type SessionPerson = { id: string; name: string; email: string };

export function sessionEndpoints(clock: Clock) {
  return {
    id: "holdfast-sessions",
    endpoints: {
      readSession: createAuthEndpoint(
        "/holdfast/session",
        { method: "GET", requireHeaders: true },
        async (call): Promise<SessionPerson | null> => {
          const { authCookies, internalAdapter, secret } = call.context;
          const token = await call.getSignedCookie(authCookies.sessionToken.name, secret);
          const found = token ? await internalAdapter.findSession(token) : null;
          if (!found || found.session.expiresAt.getTime() <= clock.now()) return null;
          return { id: found.user.id, name: found.user.name, email: found.user.email };
        },
      ),
      endSession: createAuthEndpoint("/holdfast/sign-out", { method: "POST", requireHeaders: true }, async (call) => {
        const { authCookies, internalAdapter, secret } = call.context;
        const token = await call.getSignedCookie(authCookies.sessionToken.name, secret);
        if (token) await internalAdapter.deleteSession(token);
        deleteSessionCookie(call);
      }),
    },
  } satisfies BetterAuthPlugin;
}
