// A small OpenID provider on loopback, for tests: it publishes itself and its keys, signs tokens, answers introspection, changes its
// keys, goes away and comes back.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export const CLIENT = { client_id: "holdfast", client_secret: "the secret: of + the client" };

type SigningKey = { kid: string; private_key: CryptoKey; jwk: JWK };

export interface Issuer {
  url: string;
  /** How often each path was asked for. */
  asked: Record<string, number>;
  /** Forms that came to the introspection endpoint, with their `Authorization`. */
  introspected: { form: Record<string, string>; authorization: string | undefined }[];
  /** What introspection says of a token. */
  tokens: Map<string, Record<string, unknown>>;
  /** Good for an hour, for the audience `orders`, about `lena`. */
  sign(claims?: Record<string, unknown>, header?: { kid?: string; typ?: string }): Promise<string>;
  /** New keys in place of the old ones. */
  rotate(): Promise<void>;
  /** While true, it answers 503 to everything. */
  away: boolean;
  close(): Promise<void>;
}

async function makeKey(kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { modulusLength: 2048 });
  return { kid, private_key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

export async function startIssuer(): Promise<Issuer> {
  let key = await makeKey("key-1");
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    asked: {},
    introspected: [],
    tokens: new Map(),
    away: false,
    async sign(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const given: JWTPayload = { iss: url, aud: "orders", sub: "lena", iat: now, exp: now + 3600, ...claims };
      return new SignJWT(given).setProtectedHeader({ alg: "RS256", kid: key.kid, ...header }).sign(key.private_key);
    },
    async rotate() {
      key = await makeKey(`key-${Number(key.kid.slice(4)) + 1}`);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    issuer.asked[path] = (issuer.asked[path] ?? 0) + 1;
    if (issuer.away) return void response.writeHead(503).end();
    const document = path === "/introspect" ? await introspect(request) : documents()[path];
    if (document === undefined) response.writeHead(404).end();
    else response.setHeader("content-type", "application/json").end(JSON.stringify(document));
  }

  function documents(): Record<string, unknown> {
    return {
      "/.well-known/openid-configuration": {
        issuer: url,
        jwks_uri: `${url}/keys`,
        introspection_endpoint: `${url}/introspect`,
      },
      "/keys": { keys: [key.jwk] },
    };
  }

  async function introspect(request: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    issuer.introspected.push({ form, authorization: request.headers.authorization });
    return issuer.tokens.get(form.token ?? "") ?? { active: false };
  }

  return issuer;
}
