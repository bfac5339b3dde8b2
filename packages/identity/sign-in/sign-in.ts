// Passwords and session cookies, in our words.
import { type Clock, Problem } from "@holdfast/base";
import { APIError } from "better-auth/api";
import { type BetterAuth, configureBetterAuth, type SignInOptions } from "./better-auth.ts";
import type { SessionPerson } from "./session-endpoints.ts";

export type SignIn = {
  hashPassword(password: string): Promise<string>;
  /** Begins a session; `cookie` is the value of one Set-Cookie header. Rejects with Problem("sign_in_refused"). */
  begin(email: string, password: string): Promise<{ person: SessionPerson; cookie: string }>;
  /** Whose session the Cookie header carries, if it is genuine and has neither ended nor expired. */
  read(headers: Headers): Promise<SessionPerson | undefined>;
  /** Ends the session of the Cookie header, if any; the answer is a Set-Cookie value that removes the cookie. */
  end(headers: Headers): Promise<string>;
};

export function createSignIn(options: SignInOptions): SignIn {
  const auth = configureBetterAuth(options);
  return {
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    begin: async (email, password) => {
      await forgetExpired(auth, options.clock);
      const { headers, response } = await signInEmail(auth, email, password);
      const { id, name, email: known_as } = response.user;
      return { person: { id, name, email: known_as }, cookie: await sessionCookie(auth, headers) };
    },
    read: async (headers) => (await auth.api.readSession({ headers: cookieOf(headers) })) ?? undefined,
    end: async (headers) => {
      const ended = await auth.api.endSession({ headers: cookieOf(headers), returnHeaders: true });
      return sessionCookie(auth, ended.headers);
    },
  };
}

/** An unknown address takes as long as a wrong password: better-auth hashes in both cases. */
async function signInEmail(auth: BetterAuth, email: string, password: string) {
  try {
    return await auth.api.signInEmail({ body: { email, password }, returnHeaders: true });
  } catch (error) {
    const refused = error instanceof APIError && error.statusCode < 500;
    if (!refused) throw error;
    throw new Problem("sign_in_refused");
  }
}

/** Sessions that nobody ended; the table does not grow by them. */
async function forgetExpired(auth: BetterAuth, clock: Clock): Promise<void> {
  const { adapter } = await auth.$context;
  const expired = { field: "expiresAt", operator: "lt", value: new Date(clock.now()) } as const;
  await adapter.deleteMany({ model: "session", where: [expired] });
}

/** better-auth also clears cookies that we never set. */
async function sessionCookie(auth: BetterAuth, headers: Headers): Promise<string> {
  const { name } = (await auth.$context).authCookies.sessionToken;
  const cookie = headers.getSetCookie().find((text) => text.startsWith(`${name}=`));
  if (cookie === undefined) throw new Error("sign-in gave no session cookie");
  return cookie;
}

/** Nothing else of the request is its business, least of all headers in which it might believe. */
function cookieOf(headers: Headers): Headers {
  return new Headers({ cookie: headers.get("cookie") ?? "" });
}
