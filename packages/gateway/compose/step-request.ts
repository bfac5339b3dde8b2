// The request of one step: templates and expression filled in from the call and from the steps before it.
import { failed, ok, type Result } from "@holdfast/base";
import {
  headerValue,
  renderPath,
  renderTemplate,
  type TemplatePlace,
  type TemplateValues,
} from "@holdfast/expressions";
import { viaBehind } from "../headers/via.ts";
import type { Call } from "../pipeline/call.ts";
import { bindingsOf, memberAt, textOf, valuesOf } from "../policies/template-values.ts";
import { canonicalTargetOn } from "../routing/canonical-path.ts";
import type { UpstreamRequest } from "../transport/upstream.ts";
import type { PreparedStep } from "./prepare-compose.ts";

/** What expressions read: `request`, and each step that is done under its name. */
export type Results = Record<string, unknown>;

/** Without the upstream's own prefix. The error says what could not be filled in. */
export async function stepRequest(
  call: Call,
  step: PreparedStep,
  results: Results,
): Promise<Result<UpstreamRequest, string>> {
  const values = withSteps(valuesOf(call), results);
  const path = renderPath(step.path, inPath(values));
  const target = path === undefined ? undefined : canonicalTargetOn(step, path);
  if (!target?.ok) return failed("a value of its path is missing or cannot be a segment");
  const headers = headersOf(call, step, values);
  if (!headers.ok) return headers;
  const query = queryOf(step, values);
  const body = step.body && (await bodyOf(call, step.body, results));
  if (body && !body.ok) return body;
  if (body) headers.value.push("content-type", "application/json");
  return ok({
    method: step.plan.method,
    path: query === "" ? target.value.path : `${target.value.path}?${query}`,
    headers: headers.value,
    body: body?.value,
  });
}

/** Only what the client itself put into a path may keep an encoded slash: nobody said that of what others answer. */
function inPath(values: TemplateValues): TemplateValues {
  return (place: TemplatePlace) => {
    const value = values(place);
    return place.source === "param" || !value?.includes("/") ? value : undefined;
  };
}

/** `{step.user.address.city}`: members of what the step said. */
function withSteps(values: TemplateValues, results: Results): TemplateValues {
  return (place: TemplatePlace) =>
    place.source === "step" ? textOf(memberAt(results, place.name.split("."))) : values(place);
}

/** A step's request is the gateway's own: of the client's headers it has what the settings name, and who the client is. */
function headersOf(call: Call, { headers }: PreparedStep, values: TemplateValues): Result<string[], string> {
  const flat: string[] = [];
  for (const { name, template } of headers) {
    const text = renderTemplate(template, values);
    if (text === undefined) continue;
    const value = headerValue(text);
    if (value === undefined) return failed(`the value of its header ${name} cannot stand in one`);
    flat.push(name, value);
  }
  if (!headers.some(({ name }) => name === "accept")) flat.push("accept", "application/json");
  flat.push("x-forwarded-for", call.client_address, "x-forwarded-proto", call.scheme);
  if (call.headers.host !== undefined) flat.push("x-forwarded-host", call.headers.host);
  flat.push("x-request-id", call.request_id, "traceparent", call.trace.traceparent);
  flat.push("via", viaBehind(call.headers.via));
  return ok(flat);
}

function queryOf({ query }: PreparedStep, values: TemplateValues): string {
  const parts = query.flatMap(({ name, template }) => {
    const value = renderTemplate(template, values);
    return value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`];
  });
  return parts.join("&");
}

async function bodyOf(
  call: Call,
  expression: NonNullable<PreparedStep["body"]>,
  results: Results,
): Promise<Result<Uint8Array, string>> {
  const made = await expression.evaluate(results, bindingsOf(call));
  if (!made.ok) return failed(`the expression of its body failed: ${made.error}`);
  const text = JSON.stringify(made.value);
  return text === undefined ? failed("the expression of its body made nothing") : ok(Buffer.from(text));
}
