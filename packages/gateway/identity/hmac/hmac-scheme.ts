// Requests signed with a shared secret: HTTP message signatures (RFC 9421) with hmac-sha256. Covered have to be the method, the
// whole target and, by its digest, the body; a signature is young, and is taken once by all workers together.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { PlanHmacScheme } from "@holdfast/contract";
import type { Taken } from "../../counters/counters.ts";
import { PerCall } from "../../policies/per-call.ts";
import type { PolicyCall, PolicyTools } from "../../policies/policy.ts";
import { type Caller, invalid, REALM, type Scheme, unavailable, type Verified } from "../scheme.ts";
import { digestFits } from "./content-digest.ts";
import { signatureBase, uncovered } from "./signature-base.ts";
import { parseByteDictionary, parseSignatureInput, type SignatureInput } from "./structured-fields.ts";

type Key = { secret: string; caller: Caller };
type Prepared = { scheme: PlanHmacScheme; keys: ReadonlyMap<string, Key>; workspace: string; tools: PolicyTools };

/** What a refused caller is told to sign (RFC 9421 section 5.1). */
const ACCEPTED =
  'sig1=("@method" "@authority" "@path" "@query" "content-digest");created;nonce;keyid;alg="hmac-sha256"';

export function hmacScheme(scheme: PlanHmacScheme, workspace: string, tools: PolicyTools): Scheme {
  const keys = Object.entries(scheme.keys).map(([name, { secret, scopes }]): [string, Key] => [
    name,
    { secret, caller: { identity: scheme.name, name, trusted_name: true, scopes, claims: undefined, headers: [] } },
  ]);
  const prepared: Prepared = { scheme, keys: new Map(keys), workspace, tools };
  const signed = new PerCall<true>();
  return {
    challenge: `Signature ${REALM}`,
    hints: ["accept-signature", ACCEPTED],
    offer: `a request signed with a key of ${scheme.name}`,
    headers: ["signature", "signature-input"],
    claims: (call) => call.header("signature-input") !== undefined || call.header("signature") !== undefined,
    verify(call) {
      signed.set(call, true);
      return verify(call, prepared);
    },
    body: {
      bytes_max: scheme.body_bytes_max,
      check(call) {
        const digest = call.header("content-digest");
        if (!signed.get(call) || (digest === undefined && !call.has_body)) return undefined;
        if (digestFits(digest, call.body ?? new Uint8Array(0))) return undefined;
        return invalid("The body is not the one that content-digest speaks of.");
      },
    },
  };
}

const WRONG = invalid("The signature is not valid.");

function verify(call: PolicyCall, prepared: Prepared): Verified | Promise<Verified> {
  const { scheme, keys, tools } = prepared;
  const inputs = parseSignatureInput(call.header("signature-input") ?? "");
  const signatures = parseByteDictionary(call.header("signature") ?? "");
  const input = inputs?.find(({ parameters }) => keys.has(String(parameters.get("keyid")))) ?? inputs?.[0];
  const signature = input && signatures?.get(input.label);
  if (!input || !signature) return invalid("Signature and Signature-Input are not of a form that is read here.");
  const fault = faultOf(input, call) ?? ageFault(input, scheme, tools.clock.now());
  if (fault !== undefined) return invalid(fault);
  const base = signatureBase(input, call);
  if (base === undefined) return invalid("The signature covers something that the request does not have, or twice.");
  const id = String(input.parameters.get("keyid"));
  const key = keys.get(id);
  const expected = createHmac("sha256", key?.secret ?? "nobody has this key")
    .update(base)
    .digest();
  if (!key || signature.length !== expected.length || !timingSafeEqual(signature, expected)) return WRONG;
  const mark = input.parameters.get("nonce") ?? signature.toString("base64");
  return once(`${id}/${mark}`, key.caller, prepared);
}

/** Longer ones are not remembered. */
const NONCE_CHARACTERS_MAX = 128;

function faultOf({ components, parameters }: SignatureInput, call: PolicyCall): string | undefined {
  const alg = parameters.get("alg");
  if (alg !== undefined && alg !== "hmac-sha256") return "The only algorithm taken is hmac-sha256.";
  if (typeof parameters.get("keyid") !== "string") return "The signature names no keyid.";
  if (String(parameters.get("nonce") ?? "").length > NONCE_CHARACTERS_MAX)
    return `A nonce may have ${NONCE_CHARACTERS_MAX} characters.`;
  const missing = uncovered(components, call);
  return missing === undefined ? undefined : `The signature does not cover ${missing}.`;
}

function ageFault({ parameters }: SignatureInput, scheme: PlanHmacScheme, now_ms: number): string | undefined {
  const { age_ms, clock_skew_ms } = scheme;
  const [created, expires] = [parameters.get("created"), parameters.get("expires")];
  if (typeof created !== "number") return "The signature does not say when it was created.";
  if (created * 1000 > now_ms + clock_skew_ms) return "The signature was created in the future.";
  if (created * 1000 < now_ms - age_ms - clock_skew_ms) return "The signature is too old.";
  if (expires !== undefined && !(Number(expires) * 1000 > now_ms - clock_skew_ms)) return "The signature has expired.";
  return undefined;
}

/** A bucket with room for one, which fills again when the signature is too old anyway: so it is taken once, everywhere. */
function once(mark: string, caller: Caller, { scheme, workspace, tools }: Prepared): Verified | Promise<Verified> {
  const window_ms = scheme.age_ms + 2 * scheme.clock_skew_ms;
  const limit = { rate: { count: 1, window_ms }, burst: 1 };
  const judge = ({ allowed }: Taken): Verified => (allowed ? caller : invalid("This signature was used before."));
  const taken = tools.counters.take(`${workspace}/signatures/${scheme.name}/${mark}`, limit, tools.clock.now());
  if (!(taken instanceof Promise)) return judge(taken);
  return taken.then(judge).catch((error) => {
    tools.log.warn({ workspace, error: String(error) }, "signatures are refused: shared counters do not answer");
    return unavailable("Whether the signature was used before cannot be told.");
  });
}
