// What the access policy does, as data. Tokens of a real issuer: tokens.test.ts.
import { createHash } from "node:crypto";
import type { PlanAccessRules, PlanScheme } from "@holdfast/contract";
import { type PolicyCase, publicRoute } from "../case.ts";

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const staff: PlanScheme = {
  kind: "basic",
  name: "staff",
  users: {
    alice: { password: sha256("a long random password"), scopes: ["orders.read"] },
    shop: { password: sha256("another long random password"), scopes: [] },
    pat: { password: sha256("yet another long random password"), scopes: [] },
  },
};

const tokens = {
  audience: [],
  clock_skew_ms: 0,
  consumer_claim: "sub",
  claims_to_headers: {},
  forward_token: false,
};

/** Signed by nobody. */
const TOKEN = [
  { alg: "ES256", kid: "1" },
  { iss: "http://127.0.0.1:1", sub: "ann", exp: 4_102_444_800 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat("AAAA")
  .join(".");

const rules = (any_of: PlanScheme[]): PlanAccessRules => ({ any_of, scopes: [], tell_upstream: true });
const route = (...any_of: PlanScheme[]) => ({ ...publicRoute, access: rules(any_of) });

const BOTH = [
  "www-authenticate",
  'Bearer realm="holdfast"',
  "www-authenticate",
  'Basic realm="holdfast", charset="UTF-8"',
];

export const cases: PolicyCase[] = [
  {
    name: "no credentials: a challenge for each scheme on offer",
    subject: route({ kind: "api-key" }, staff),
    calls: [{ gives: "credentials_missing", headers: BOTH }],
  },
  {
    name: "the first scheme whose credentials are there decides, right or wrong",
    subject: route({ kind: "api-key" }, staff),
    calls: [
      { api_key: "key-of-shop", gives: "pass", consumer: "shop", drops: ["api_key"] },
      {
        api_key: "key-of-nobody",
        authorization: basic("alice:a long random password"),
        gives: "credentials_invalid",
        headers: [
          ...[
            "www-authenticate",
            'Bearer realm="holdfast", error="invalid_token", error_description="The API key is not known here."',
          ],
          ...BOTH.slice(2),
        ],
      },
      {
        authorization: basic("alice:a long random password"),
        gives: "pass",
        consumer: "alice",
        drops: ["authorization"],
      },
      { authorization: basic("alice:guess"), gives: "credentials_invalid", drops: ["authorization"] },
      { authorization: basic("nobody:a long random password"), gives: "credentials_invalid", drops: ["authorization"] },
      { authorization: basic("no colon"), gives: "credentials_invalid", drops: ["authorization"] },
      { authorization: "Bearer key-of-nobody", gives: "credentials_invalid" },
      { api_key: "key-of-stranger", gives: "credentials_invalid", drops: ["api_key"] },
    ],
  },
  {
    name: "the other order, the other decision; a key of ours is not forwarded although it did not decide",
    subject: route(staff, { kind: "api-key" }),
    calls: [
      {
        api_key: "key-of-app",
        authorization: basic("alice:a long random password"),
        gives: "pass",
        consumer: "alice",
        drops: ["api_key", "authorization"],
      },
    ],
  },
  {
    name: "a user may stand for a declared consumer",
    subject: route(staff),
    calls: [
      {
        authorization: basic("pat:yet another long random password"),
        gives: "pass",
        consumer: "partner",
        drops: ["authorization"],
      },
      {
        authorization: basic("shop:another long random password"),
        gives: "pass",
        consumer: "shop",
        drops: ["authorization"],
      },
    ],
  },
  {
    name: "public as the last: nobody passes, wrong credentials do not",
    subject: route({ kind: "api-key" }, { kind: "public" }),
    calls: [
      { gives: "pass" },
      { api_key: "key-of-shop", gives: "pass", consumer: "shop", drops: ["api_key"] },
      { api_key: "key-of-nobody", gives: "credentials_invalid" },
      { authorization: "Bearer somebody-elses", gives: "credentials_invalid" },
      { authorization: basic("the upstream's:own"), gives: "pass" },
    ],
  },
  {
    name: "a key in places of one's own choice, and only there",
    subject: route({ kind: "api-key", header: "x-partner-key", query: "apikey" }),
    calls: [
      { request_headers: ["X-Partner-Key", "key-of-shop"], gives: "pass", consumer: "shop" },
      { query: "a=1&apikey=key-of-app", gives: "pass", consumer: "app" },
      { query: "%61pikey=key-of-app", gives: "pass", consumer: "app" },
      { query: "apikey=", gives: "credentials_invalid" },
      {
        api_key: "key-of-shop",
        gives: "credentials_missing",
        drops: ["api_key"],
        headers: ["www-authenticate", 'ApiKey realm="holdfast", header="x-partner-key"'],
      },
    ],
  },
  {
    name: "a token while nobody can say whether it is right: its issuer does not answer",
    subject: route({ ...tokens, kind: "jwt", name: "login", issuer: "http://127.0.0.1:1", algorithms: ["ES256"] }),
    calls: [
      {
        authorization: `Bearer ${TOKEN}`,
        gives: "identity_unavailable",
        drops: ["authorization"],
        headers: ["retry-after", "5"],
      },
    ],
  },
  {
    name: "a signature, over the body as well",
    subject: route({
      kind: "hmac",
      name: "partner",
      age_ms: 60_000,
      clock_skew_ms: 5000,
      body_bytes_max: 1024,
      keys: { "key-1": { secret: "a secret of at least thirty-two characters", scopes: [] } },
    }),
    calls: [
      { gives: "credentials_missing" },
      { request_headers: ["signature-input", "sig1=()", "signature", "sig1=:AA==:"], gives: "credentials_invalid" },
    ],
  },
];
