// API keys: in `x-api-key` and `Authorization: Bearer`, or where the settings say.
import type { PlanKeyScheme } from "@holdfast/contract";
import { bearerOf, type Consumers } from "../policies/consumers.ts";
import type { PolicyCall } from "../policies/policy.ts";
import { queryValue } from "./query-value.ts";
import { BEARER_CHALLENGE, invalid, isRefusal, REALM, type Scheme, type Verified } from "./scheme.ts";

type Place = { workspace: string; consumers: Consumers; other_bearers: boolean };

/** `other_bearers`: the subject takes other tokens as well, so a bearer that is no key of ours is not this scheme's to judge. */
export function keyScheme({ header, query }: PlanKeyScheme, place: Place): Scheme {
  const usual = header === undefined && query === undefined;
  const keyIn = (call: PolicyCall): string | undefined =>
    usual ? usualKey(call, place) : placedKey(call, header, query);
  return {
    challenge: usual ? BEARER_CHALLENGE : `ApiKey ${REALM}${header ? `, header="${header}"` : ""}`,
    offer: usual
      ? "an API key"
      : `an API key as ${[header && `header ${header}`, query && `query parameter ${query}`].filter(Boolean).join(" or ")}`,
    ...(header === undefined || header === "x-api-key" ? {} : { headers: [header] }),
    ...(query === undefined ? {} : { query }),
    claims: (call) => keyIn(call) !== undefined,
    verify(call) {
      if (header === "x-api-key") call.drop_api_key = true;
      const key = keyIn(call) as string;
      const verified = callerBehind(key, place);
      if (!isRefusal(verified)) call.key = key;
      return verified;
    },
  };
}

function usualKey(call: PolicyCall, { consumers, other_bearers }: Place): string | undefined {
  if (call.headers.api_key !== undefined) return call.headers.api_key;
  const bearer = bearerOf(call.headers.authorization);
  if (bearer === undefined || (other_bearers && !consumers.byKey(bearer))) return undefined;
  return bearer;
}

function placedKey(call: PolicyCall, header: string | undefined, query: string | undefined): string | undefined {
  const named = header === undefined ? undefined : header === "x-api-key" ? call.headers.api_key : call.header(header);
  return named ?? (query === undefined ? undefined : queryValue(call.query, query));
}

function callerBehind(key: string, { workspace, consumers }: Place): Verified {
  const consumer = consumers.byKey(key);
  if (consumer?.workspace !== workspace) return invalid("The API key is not known here.");
  const { name, scopes = NONE } = consumer;
  return { identity: undefined, name, trusted_name: true, scopes, claims: undefined, headers: NONE };
}

const NONE: readonly string[] = [];
