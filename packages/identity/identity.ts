// Identity as one value: everything that the control plane asks about people, tokens and workspaces.
import { randomFillSync } from "node:crypto";
import type { Clock, IdSource, RandomBytes, Transact, WorkspaceName } from "@holdfast/base";
import type { AuditEntry, Page, PageQuery, PasswordInput, SetupInput, SignInInput } from "@holdfast/contract";
import type { z } from "zod";
import { type Authenticate, createAuthenticate, personPrincipal } from "./authenticate.ts";
import type { Principal } from "./model/principal.ts";
import { createPeople, type People, setPassword } from "./people.ts";
import type { AuthDatabase, IdentityPorts } from "./ports.ts";
import { isSetUp, mintSetupToken, setUp } from "./setup.ts";
import { createSignIn } from "./sign-in/sign-in.ts";
import { createThrottle } from "./sign-in/throttle.ts";
import { createTokens, type Tokens } from "./tokens.ts";
import { type Directory, normalEmail, type Tools } from "./tools.ts";
import { trailOf } from "./trail.ts";
import { createWorkspaces, type Workspaces } from "./workspaces.ts";

/** `cookie` is the value of one Set-Cookie header. */
export type SignedIn = { principal: Principal; cookie: string };

/** Where an attempt to sign in comes from, as far as the control plane knows. */
export type Origin = { address: string };

export type Identity = {
  /** Whether the first admin exists. */
  isSetUp(): Promise<boolean>;
  /** The token of a new one-time setup link, valid for 24 hours; undefined when the first admin exists. */
  setupLinkToken(): Promise<string | undefined>;
  /** Rejects with Problem("setup_done") or Problem("link_invalid"). */
  setup(input: z.output<typeof SetupInput>): Promise<SignedIn>;
  /** Rejects with Problem("sign_in_refused") or Problem("rate_limited"). */
  signIn(input: z.output<typeof SignInInput>, from?: Origin): Promise<SignedIn>;
  /** Ends the session on our side; the answer is a Set-Cookie value that removes the cookie. */
  signOut(headers: Headers): Promise<string>;
  authenticate: Authenticate;
  /** Rejects with Problem("link_invalid") when the link is unknown, used or expired. */
  setPassword(input: z.output<typeof PasswordInput>): Promise<void>;
  people: People;
  tokens: Tokens;
  workspaces: Workspaces;
  /** Newest first. */
  audit(workspace: WorkspaceName, page: PageQuery): Promise<Page<AuditEntry>>;
};

export type IdentityOptions = {
  directory: Directory;
  transact: Transact<IdentityPorts>;
  auth: AuthDatabase;
  clock: Clock;
  ids: IdSource;
  /** Signs session cookies; at least 32 characters, the same on all nodes. */
  secret: string;
  /** Where the console is reached, without a trailing slash; `https` makes cookies Secure. */
  base_url: string;
  /** Admin of every workspace, for automation. Rejects when it is shorter than 24 characters. */
  admin_token?: string | undefined;
  random?: RandomBytes;
};

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { directory, transact, clock, ids, base_url, random = randomFillSync } = options;
  const sign_in = createSignIn(options);
  const tools: Tools = { directory, transact, clock, ids, random, sign_in, trail: trailOf(clock, ids), base_url };
  return {
    isSetUp: () => isSetUp(tools),
    setupLinkToken: () => mintSetupToken(tools),
    setup: async (input) => {
      await setUp(tools, input);
      return begin(tools, input.email, input.password);
    },
    signIn: throttledSignIn(tools),
    signOut: (headers) => sign_in.end(headers),
    authenticate: createAuthenticate(tools, options.admin_token),
    setPassword: (input) => setPassword(tools, input),
    people: createPeople(tools),
    tokens: createTokens(tools),
    workspaces: createWorkspaces(tools),
    audit: (workspace, page) => transact(workspace, ({ audit }) => audit.list(page)),
  };
}

function throttledSignIn(tools: Tools): Identity["signIn"] {
  const throttle = createThrottle(tools.clock);
  return async ({ email, password }, from) => {
    throttle.count(normalEmail(email), from?.address);
    const signed_in = await begin(tools, email, password);
    throttle.succeeded(normalEmail(email), from?.address);
    return signed_in;
  };
}

async function begin(tools: Tools, email: string, password: string): Promise<SignedIn> {
  const { person, cookie } = await tools.sign_in.begin(normalEmail(email), password);
  return { principal: await personPrincipal(tools, person), cookie };
}
