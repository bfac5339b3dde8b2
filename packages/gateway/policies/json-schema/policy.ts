// A JSON Schema that the body of a request must fit: compiled once for each plan, all violations told.
import { LIMITS } from "@holdfast/base";
import type { JsonLimitSettings } from "@holdfast/contract";
import { compileSchema, type Validate } from "@holdfast/expressions";
import { gatheredBytes, isJson, jsonLimitsOf, readJson, requestType, unreadable } from "../body-reader.ts";
import { definePolicy, type PolicyCall, type Refusal } from "../policy.ts";

/** Methods whose requests commonly have no body; without one there is nothing to check. */
const BODILESS = new Set(["GET", "HEAD", "OPTIONS", "DELETE"]);

export const jsonSchema = definePolicy({
  id: "json-schema",
  about: {
    title: "JSON Schema",
    settings: ["checks.schema"],
    guide: "checks.md#json-schema",
    elsewhere: { kong: "request-validator", envoy: undefined, nginx: undefined },
  },
  prepare(subject) {
    const schema = subject.kind === "route" ? subject.checks?.schema : undefined;
    if (subject.kind !== "route" || !schema) return undefined;
    const compiled = compileSchema(schema.schema, { draft: schema.draft, place: "body" });
    if (!compiled.ok) throw new Error(`${subject.subject}: ${compiled.error}`);
    const limits = jsonLimitsOf(subject);
    return {
      whole_body: { bytes_max: gatheredBytes(subject) },
      shape: (call) => check(call, limits, compiled.value),
    };
  },
});

function check(call: PolicyCall, limits: JsonLimitSettings, validate: Validate): Refusal | undefined {
  if (!call.body) return BODILESS.has(call.method) ? undefined : invalid([{ path: "body", message: "is missing" }]);
  if (!isJson(requestType(call)))
    return { code: "unsupported_media_type", detail: "Bodies here are application/json." };
  const refusal = unreadable(call);
  if (refusal) return refusal;
  const read = readJson(call.body, limits);
  if ("refusal" in read) return read.refusal;
  const violations = validate(read.value, call.body.length <= LIMITS.violations_body_bytes_max);
  return violations.length > 0 ? invalid(violations) : undefined;
}

function invalid(errors: NonNullable<Refusal["errors"]>): Refusal {
  return { code: "request_invalid", detail: "The body does not fit its schema.", errors };
}
