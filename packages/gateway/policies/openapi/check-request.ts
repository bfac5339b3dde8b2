// A request beside its operation: parameters, then body. Gives violations, or the refusal that says more than a list of them.
import { type FieldError, LIMITS } from "@holdfast/base";
import type { JsonLimitSettings } from "@holdfast/contract";
import { readJson, unreadable } from "../body-reader.ts";
import type { PolicyCall, Refusal } from "../policy.ts";
import type { ReadyContent, ReadyOperation, ReadyParameter } from "./ready-operation.ts";
import { fromPairs, type Pairs, pairsOf, readParameter } from "./values.ts";

const NONE: Pairs = [];

/** `raw`: path parameters as the path has them. */
export function checkParameters(
  call: PolicyCall,
  operation: ReadyOperation,
  raw: Record<string, string>,
): FieldError[] {
  const parameters = operation.parameters();
  if (parameters.length === 0) return [];
  const query = call.query === undefined ? NONE : pairsOf(call.query, "&");
  if (!query) return [{ path: "query", message: "has a broken escape" }];
  const cookies = pairsOf(call.header("cookie") ?? "", ";") ?? NONE;
  return parameters
    .flatMap((ready) => checkParameter(ready, { call, raw, query, cookies }))
    .slice(0, LIMITS.violations_max);
}

type Sent = { call: PolicyCall; raw: Record<string, string>; query: Pairs; cookies: Pairs };

function checkParameter({ parameter, shape, validate }: ReadyParameter, sent: Sent): FieldError[] {
  const path = `${parameter.in}/${parameter.name}`;
  const all = parameter.in === "query" ? sent.query : parameter.in === "cookie" ? sent.cookies : NONE;
  const read = readParameter(parameter, shape, { texts: textsOf(parameter, sent, all), all });
  if (read === "absent") return parameter.required ? [{ path, message: "is missing" }] : [];
  if ("fault" in read) return [{ path, message: read.fault }];
  return validate(read.value, true);
}

function textsOf({ in: place, name }: ReadyParameter["parameter"], { call, raw }: Sent, all: Pairs): string[] {
  if (place === "path") return raw[name] === undefined ? [] : [raw[name]];
  if (place !== "header") return all.flatMap((pair) => (pair.name === name ? [pair.raw] : []));
  const value = call.header(name);
  // Header values are not percent-encoded; what looks like an escape is none.
  return value === undefined ? [] : [value.replaceAll("%", "%25")];
}

/** What can be said of a body before it has come: is there one, may there be one, is it of a type that is described. */
export function checkBodyKind(call: PolicyCall, { body }: ReadyOperation): Refusal | FieldError[] {
  if (!call.has_body) return body?.required ? [{ path: "body", message: "is missing" }] : [];
  if (!body) return [{ path: "body", message: "is not taken by this operation" }];
  if (body.types.length === 0 || body.content(call.header("content-type"))) return [];
  return { code: "unsupported_media_type", detail: `Bodies here are ${body.types.join(", ")}.` };
}

/** Undefined: bodies of this type are not looked into. */
export function contentToCheck(call: PolicyCall, { body }: ReadyOperation): ReadyContent | undefined {
  const content = call.has_body ? body?.content(call.header("content-type")) : undefined;
  return content?.validate && content.form !== "opaque" ? content : undefined;
}

export function checkBody(call: PolicyCall, content: ReadyContent, limits: JsonLimitSettings): Refusal | FieldError[] {
  if (!call.body) return [];
  const refusal = unreadable(call);
  if (refusal) return refusal;
  const read = readBody(call.body, content, limits);
  if ("refusal" in read) return read.refusal;
  if ("fault" in read) return [{ path: "body", message: read.fault }];
  return content.validate?.(read.value, call.body.length <= LIMITS.violations_body_bytes_max) ?? [];
}

type BodyRead = { value: unknown } | { fault: string } | { refusal: Refusal };

function readBody(body: Uint8Array, { form, shape }: ReadyContent, limits: JsonLimitSettings): BodyRead {
  if (form === "json") return readJson(body, limits);
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  if (form === "text") return { value: text };
  const pairs = pairsOf(text, "&");
  const read = pairs ? fromPairs(pairs, shape.properties) : "absent";
  return read === "absent" ? { fault: "has a broken escape" } : read;
}
