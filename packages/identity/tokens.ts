// API tokens of a workspace: issued once, stored as a hash, revoked at will.
import { type Id, LIMITS, Problem, type WorkspaceName } from "@holdfast/base";
import type { Actor, ApiToken, ApiTokenInput, ApiTokenIssued } from "@holdfast/contract";
import type { z } from "zod";
import { hashOfSecret, TOKEN_SECRET_BYTES, writeToken } from "./model/token-text.ts";
import type { TokenRepository } from "./ports.ts";
import type { Tools } from "./tools.ts";

export type Tokens = {
  /** Newest first, revoked ones too. */
  list(workspace: WorkspaceName): Promise<ApiToken[]>;
  /** `secret` is in this answer and nowhere else. */
  issue(
    workspace: WorkspaceName,
    input: z.output<typeof ApiTokenInput>,
    actor: Actor,
  ): Promise<z.output<typeof ApiTokenIssued>>;
  /** It stops working at once. Problem("not_found") when there is none of this id. */
  revoke(workspace: WorkspaceName, id: Id, actor: Actor): Promise<void>;
};

export function createTokens(tools: Tools): Tokens {
  const { transact, clock, trail } = tools;
  return {
    list: (workspace) => transact(workspace, ({ tokens }) => tokens.list()),
    issue: async (workspace, input, actor) => {
      refusePast(input.expires_at, clock.now());
      const { token, secret } = drawToken(tools, input);
      return await transact(workspace, async (ports) => {
        await refuseMore(ports.tokens);
        await ports.tokens.add({ ...token, workspace, secret_hash: hashOfSecret(secret) });
        const detail = { name: token.name, role: token.role, expires_at: token.expires_at };
        await trail(ports, actor, { what: "token.issue", target: token.id, detail });
        return { token, secret };
      });
    },
    revoke: (workspace, id, actor) =>
      transact(workspace, async (ports) => {
        const token = await ports.tokens.find(id);
        if (!token) throw new Problem("not_found", { detail: "There is no such token in this workspace" });
        if (token.revoked_at !== null) return;
        await ports.tokens.revoke(id, clock.now());
        await trail(ports, actor, { what: "token.revoke", target: id, detail: { name: token.name } });
      }),
  };
}

function drawToken(
  { ids, random, clock }: Tools,
  { name, role, expires_at }: z.output<typeof ApiTokenInput>,
): z.output<typeof ApiTokenIssued> {
  const id = ids();
  const secret = new Uint8Array(TOKEN_SECRET_BYTES);
  random(secret);
  const unused = { last_used_at: null, revoked_at: null };
  return { token: { id, name, role, created_at: clock.now(), expires_at, ...unused }, secret: writeToken(id, secret) };
}

function refusePast(expires_at: number | null, now: number): void {
  if (expires_at === null || expires_at > now) return;
  const message = "must be in the future";
  throw new Problem("invalid_input", { detail: `expires_at ${message}`, errors: [{ path: "expires_at", message }] });
}

async function refuseMore(tokens: TokenRepository): Promise<void> {
  const most = LIMITS.tokens_per_workspace_max;
  const alive = (await tokens.list()).filter(({ revoked_at }) => revoked_at === null);
  if (alive.length >= most)
    throw new Problem("conflict", { detail: `A workspace has at most ${most} tokens; revoke one that is not needed` });
}
