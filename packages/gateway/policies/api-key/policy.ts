// Who calls, by API key: `x-api-key: <key>` or `Authorization: Bearer <key>`. A key of ours never travels on to an upstream;
// credentials that are not ours do, because they are the upstream's. On public subjects a key only says who calls, and that not to
// the upstream.
import { bearerOf, type Consumer, type Consumers } from "../consumers.ts";
import { definePolicy, type Hooks, type PolicyCall, type Refusal } from "../policy.ts";
import { tellOfConsumer } from "../tell-upstream.ts";

const CHALLENGE = ["www-authenticate", 'Bearer realm="holdfast"'];

export const apiKey = definePolicy({
  id: "api-key",
  about: {
    title: "API keys",
    settings: ["access"],
    guide: "access.md#who-calls",
    elsewhere: { kong: "key-auth", envoy: "api_key_auth", nginx: "map $http_x_api_key, auth_request" },
  },
  prepare({ access }, { consumers }) {
    // Other credentials, or an order among them: access/policy.ts.
    return typeof access === "string" ? hooksFor(consumers, access) : undefined;
  },
});

/** All routes of a plan share them, so that what a call needs is near, whichever route it takes. */
const made = new WeakMap<Consumers, Map<string, Hooks>>();

function hooksFor(consumers: Consumers, access: string): Hooks {
  const of_plan = made.get(consumers) ?? new Map<string, Hooks>();
  made.set(consumers, of_plan);
  const hooks = of_plan.get(access) ?? { identify: (call) => identify(call, consumers, access) };
  of_plan.set(access, hooks);
  return hooks;
}

function identify(call: PolicyCall, consumers: Consumers, access: string): Refusal | undefined {
  const found = findConsumer(call, consumers);
  if (found?.workspace === call.workspace) accept(call, found, access);
  else call.consumer = undefined;
  if (access === "public" || call.consumer !== undefined) return undefined;
  return call.headers.api_key === undefined && bearerOf(call.headers.authorization) === undefined
    ? missing()
    : invalid();
}

function accept(call: PolicyCall, consumer: Consumer, access: string): void {
  call.consumer = consumer.name;
  if (consumer.scopes) call.scopes = consumer.scopes;
  // A public answer is one for everybody, and is kept as such.
  if (access !== "public") tellOfConsumer(call, consumer);
}

/** Looks at both places and notes each that holds a key of ours, so that none of them is forwarded, and which of them counts. */
export function findConsumer(call: PolicyCall, consumers: Consumers): Consumer | undefined {
  if (call.headers.api_key === undefined && call.headers.authorization === undefined) return undefined;
  const bearer = bearerOf(call.headers.authorization);
  const byHeader = call.headers.api_key === undefined ? undefined : consumers.byKey(call.headers.api_key);
  const byBearer = bearer === undefined ? undefined : consumers.byKey(bearer);
  call.drop_api_key = byHeader !== undefined;
  call.drop_authorization = byBearer !== undefined;
  call.key = byHeader ? call.headers.api_key : byBearer && bearer;
  return byHeader ?? byBearer;
}

function missing(): Refusal {
  return { code: "credentials_missing", detail: "No API key was sent.", headers: CHALLENGE };
}

function invalid(): Refusal {
  return { code: "credentials_invalid", detail: "The API key is not known here.", headers: CHALLENGE };
}
