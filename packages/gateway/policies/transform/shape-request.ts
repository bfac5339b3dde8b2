// A request on its way to the upstream: headers, query, path and JSON body changed as the route says.
import { LIMITS } from "@holdfast/base";
import type { PlanRoute, TransformSettings } from "@holdfast/contract";
import {
  compileExpression,
  type JsonExpression,
  renderPath,
  renderTemplate,
  type TemplateValues,
} from "@holdfast/expressions";
import { removeHeader } from "../../headers/header-list.ts";
import { canonicalTargetOn } from "../../routing/canonical-path.ts";
import { flatLines } from "../../transport/header-lines.ts";
import { gatheredBytes, isJson, jsonLimitsOf, readJson, requestType, unreadable } from "../body-reader.ts";
import type { Hooks, PolicyCall, Refusal } from "../policy.ts";
import { bindingsOf, valuesOf } from "../template-values.ts";
import { type ChangeHeaders, compiled, headerChanges } from "./header-changes.ts";

type Request = NonNullable<TransformSettings["request"]>;

export function requestHooks(route: PlanRoute, request: Request): Hooks {
  const { body, other_bodies } = request;
  const change = headChanger(route, request);
  if (body === undefined) return { shape: change };
  const expression = compiledExpression(body);
  const limits = jsonLimitsOf(route);
  return {
    admit: (call) => (other_bodies === "refuse" && call.has_body && !canChange(call) ? otherBody() : undefined),
    whole_body: { bytes_max: gatheredBytes(route), wants: canChange },
    shape(call) {
      // The expression sees the call as it came.
      if (!call.body || !canChange(call)) return change(call);
      const read = readJson(call.body, limits);
      return "refusal" in read
        ? read.refusal
        : changeBody(call, read.value, expression).then((refusal) => refusal ?? change(call));
    },
  };
}

function canChange(call: PolicyCall): boolean {
  return isJson(requestType(call)) && !unreadable(call);
}

const otherBody = (): Refusal => ({
  code: "unsupported_media_type",
  detail: "Bodies here are application/json in UTF-8, without Content-Encoding.",
});

/** The control plane compiled the same before the plan was made. */
export function compiledExpression(text: string): JsonExpression {
  const expression = compileExpression(text);
  if (!expression.ok) throw new Error(expression.error);
  return expression.value;
}

/** Headers that speak of the bytes of a body. */
const DIGESTS = ["content-md5", "digest", "content-digest", "repr-digest"];

async function changeBody(call: PolicyCall, value: unknown, expression: JsonExpression): Promise<Refusal | undefined> {
  const made = await expression.evaluate(value, bindingsOf(call));
  const text = made.ok ? JSON.stringify(made.value) : undefined;
  if (text === undefined)
    return {
      code: "transform_failed",
      detail: made.ok
        ? "The expression of this route made nothing of the body."
        : `The expression of this route failed: ${made.error}.`,
    };
  const bytes = Buffer.from(text);
  if (bytes.length > LIMITS.buffered_body_bytes_max)
    return {
      code: "transform_failed",
      detail: `The changed body is larger than ${LIMITS.buffered_body_bytes_max} bytes.`,
    };
  for (const name of DIGESTS) removeHeader(call.upstream_headers, name);
  call.body = bytes;
  return undefined;
}

function headChanger(route: PlanRoute, { headers, query, path }: Request): (call: PolicyCall) => Refusal | undefined {
  const changeHeaders = headerChanges(headers);
  const credentials = credentialChanges(headers);
  const changeQuery = queryChanges(query);
  const template = path === undefined ? undefined : compiled(path);
  return (call) => {
    const values = valuesOf(call);
    const refusal = changeHeaders && applyHeaders(call, changeHeaders, values);
    if (refusal) return refusal;
    if (credentials.authorization) call.drop_authorization = true;
    if (credentials.api_key) call.drop_api_key = true;
    if (changeQuery) call.upstream_query = changeQuery(call.upstream_query, values);
    return template && changePath(call, route, renderPath(template, values));
  };
}

function applyHeaders(call: PolicyCall, change: ChangeHeaders, values: TemplateValues): Refusal | undefined {
  // Who calls is changed like every other header.
  if (call.caller_lines !== "") call.upstream_headers.push(...flatLines(call.caller_lines));
  call.caller_lines = "";
  const wrong = change(call.upstream_headers, values);
  if (wrong === undefined) return undefined;
  const message = "has a value that cannot be passed on in a header";
  return {
    code: "request_invalid",
    detail: `What goes into the header ${wrong} cannot stand there.`,
    errors: [{ path: `header/${wrong}`, message }],
  };
}

/** The client's own credentials are kept apart from its other headers until the request is sent; what is set here takes their place. */
function credentialChanges({ set, remove }: Request["headers"]): { authorization: boolean; api_key: boolean } {
  const touched = new Set([...Object.keys(set), ...remove]);
  return { authorization: touched.has("authorization"), api_key: touched.has("x-api-key") };
}

type ChangeQuery = (query: string | undefined, values: TemplateValues) => string | undefined;

/** What is not named stays byte for byte. */
function queryChanges({ set, remove }: Request["query"]): ChangeQuery | undefined {
  const templates = Object.entries(set).map(([name, text]) => ({ name, template: compiled(text) }));
  const gone = new Set([...remove, ...Object.keys(set)]);
  if (gone.size === 0) return undefined;
  return (query, values) => {
    const kept = (query ?? "").split("&").filter((part) => part !== "" && !gone.has(nameOf(part)));
    for (const { name, template } of templates) {
      const value = renderTemplate(template, values);
      if (value !== undefined) kept.push(`${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`);
    }
    return kept.length === 0 ? undefined : kept.join("&");
  };
}

function nameOf(part: string): string {
  const raw = (part.split("=", 1)[0] as string).replaceAll("+", " ");
  try {
    return decodeURIComponent(raw);
  } catch {
    // A broken escape is not the name of anything that settings name.
    return raw;
  }
}

/** What comes out is canonical, as every path is that leaves the gateway. */
function changePath(call: PolicyCall, route: PlanRoute, path: string | undefined): Refusal | undefined {
  const canonical = path === undefined ? undefined : canonicalTargetOn(route, path);
  if (canonical?.ok && canonical.value.query === undefined) {
    call.upstream_path = canonical.value.path;
    return undefined;
  }
  const message = "a value that the path is made of is missing or cannot be a segment";
  return {
    code: "request_invalid",
    detail: `The path for the service cannot be made: ${message}.`,
    errors: [{ path: "path", message }],
  };
}
