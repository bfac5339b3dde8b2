// An answer on its way to the client: status, headers and JSON body changed as the route says.
import { LIMITS } from "@holdfast/base";
import type { TransformSettings } from "@holdfast/contract";
import type { JsonExpression } from "@holdfast/expressions";
import { headerOf, removeHeader } from "../../headers/header-list.ts";
import { isJson, mediaTypeOf, readJson } from "../body-reader.ts";
import { DEFAULT_JSON_LIMITS } from "../json-limits/scan.ts";
import type { Hooks, PolicyCall, Refusal, ReplyBody, ReplyHead } from "../policy.ts";
import { bindingsOf, valuesOf } from "../template-values.ts";
import { headerChanges } from "./header-changes.ts";
import { compiledExpression } from "./shape-request.ts";

type Response = NonNullable<TransformSettings["response"]>;

export function replyHooks({ headers, status, body, other_bodies }: Response, bytes_max: number): Hooks {
  const changeHeaders = headerChanges(headers);
  const statuses = new Map(Object.entries(status));
  const expression = body === undefined ? undefined : compiledExpression(body);
  return {
    reply(call, head) {
      if (head.status !== 204 && head.status !== 304)
        head.status =
          statuses.get(String(head.status)) ?? statuses.get(`${Math.floor(head.status / 100)}xx`) ?? head.status;
      // What the service answers is not the client's to correct: a value that cannot stand in a header is left out.
      const wrong = changeHeaders?.(head.headers, valuesOf(call));
      if (wrong !== undefined) call.note(`transform: header ${wrong} was left out`);
    },
    ...(expression ? bodyHooks(expression, other_bodies, bytes_max) : {}),
  };
}

/** Headers of the client's request that would have the service answer with something else than the whole, plain body. */
const ASKS_FOR_LESS = ["accept-encoding", "range", "if-range"];
/** Headers of an answer that speak of its bytes. */
const SPEAKS_OF_BYTES = ["etag", "accept-ranges", "content-md5", "digest", "content-digest", "repr-digest"];

function bodyHooks(expression: JsonExpression, other_bodies: Response["other_bodies"], bytes_max: number): Hooks {
  return {
    shape(call) {
      for (const name of ASKS_FOR_LESS) removeHeader(call.upstream_headers, name);
      return undefined;
    },
    whole_reply: { bytes_max, wants: (_, head) => other_bodies === "refuse" || canChange(head) },
    replyBody: (call, head, body) => (canChange(head) ? changeBody(call, head, { body, expression }) : otherBody(body)),
  };
}

function canChange({ headers }: ReplyHead): boolean {
  return isJson(mediaTypeOf(headerOf(headers, "content-type"))) && headerOf(headers, "content-encoding") === undefined;
}

function otherBody(body: Uint8Array): ReplyBody {
  return body.length === 0 ? body : failed("is not JSON");
}

async function changeBody(
  call: PolicyCall,
  head: ReplyHead,
  { body, expression }: { body: Uint8Array; expression: JsonExpression },
): Promise<ReplyBody> {
  if (body.length === 0) return body;
  const read = readJson(body, DEFAULT_JSON_LIMITS);
  if ("refusal" in read) return failed(read.refusal.detail);
  const made = await expression.evaluate(read.value, { ...bindingsOf(call), status: head.status });
  if (!made.ok) return failed(`does not fit the expression: ${made.error}`);
  const text = JSON.stringify(made.value);
  if (text === undefined) return failed("is nothing to the expression");
  if (text.length > LIMITS.buffered_body_bytes_max)
    return failed(`became larger than ${LIMITS.buffered_body_bytes_max} bytes`);
  for (const name of SPEAKS_OF_BYTES) removeHeader(head.headers, name);
  return Buffer.from(text);
}

function failed(what: string): Refusal {
  return {
    code: "upstream_unexpected",
    detail: `The service's answer cannot be changed as this route says: it ${what}.`,
  };
}
