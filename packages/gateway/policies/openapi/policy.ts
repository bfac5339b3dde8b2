// A service's API description as a contract: what it does not describe does not reach the service, and what the service answers
// besides can be seen, or stopped.
import type { FieldError } from "@holdfast/base";
import type { PlanOpenapi, PlanRoute } from "@holdfast/contract";
import { headerOf, removeHeader } from "../../headers/header-list.ts";
import { gatheredBytes, jsonLimitsOf } from "../body-reader.ts";
import { PerCall } from "../per-call.ts";
import { definePolicy, type Hooks, type PolicyCall, type Refusal, type ReplyHead } from "../policy.ts";
import { checkBody, checkBodyKind, checkParameters, contentToCheck } from "./check-request.ts";
import { checkHead, checkResponseBody, responseContent } from "./check-response.ts";
import { operationFinder } from "./find-operation.ts";
import { type ReadyContent, type ReadyOperation, readyOperation } from "./ready-operation.ts";

export const openapi = definePolicy({
  id: "openapi",
  about: {
    title: "OpenAPI contract",
    settings: ["checks.openapi"],
    guide: "checks.md#api-descriptions",
    elsewhere: { kong: "oas-validation", envoy: undefined, nginx: undefined },
  },
  prepare(subject) {
    const api = subject.kind === "route" ? subject.checks?.openapi : undefined;
    if (subject.kind !== "route" || !api) return undefined;
    const operations = new PerCall<ReadyOperation>();
    return { ...requestHooks(subject, api, operations), ...responseHooks(subject, api, operations) };
  },
});

type Operations = PerCall<ReadyOperation>;

function requestHooks(route: PlanRoute, api: PlanOpenapi, operations: Operations): Hooks {
  const find = operationFinder(api, (operation) => readyOperation(operation, api));
  const bytes_max = gatheredBytes(route);
  const limits = jsonLimitsOf(route);
  const settle = (call: PolicyCall, found: Refusal | FieldError[]) => judge(call, found, api.requests);
  return {
    admit(call) {
      const found = find(call.method, call.path);
      if (found.kind !== "operation") return settle(call, undescribed(found));
      operations.set(call, found.operation);
      if (api.requests === "off") return undefined;
      return settle(call, headFaults(call, found));
    },
    whole_body: {
      bytes_max,
      wants(call) {
        const operation = operations.get(call);
        if (!operation || api.requests === "off" || !contentToCheck(call, operation)) return false;
        // Whoever only looks refuses nothing, whatever its size.
        return api.requests === "enforce" || (call.headers.content_length ?? Number.POSITIVE_INFINITY) <= bytes_max;
      },
    },
    shape(call) {
      const operation = operations.get(call);
      if (api.responses !== "off") removeHeader(call.upstream_headers, "accept-encoding");
      const content = operation && api.requests !== "off" ? contentToCheck(call, operation) : undefined;
      return content && settle(call, checkBody(call, content, limits));
    },
  };
}

type Described = { operation: ReadyOperation; raw: Record<string, string> };

/** What is known before the body: its kind, and the parameters. */
function headFaults(call: PolicyCall, { operation, raw }: Described): Refusal | FieldError[] {
  const kind = checkBodyKind(call, operation);
  return "code" in kind ? kind : [...checkParameters(call, operation, raw), ...kind];
}

function undescribed(found: { kind: "none" } | { kind: "method"; allowed: string[] }): Refusal {
  if (found.kind === "none") return { code: "route_unknown", detail: "The API description has no such path." };
  const allow = found.allowed.join(", ");
  return {
    code: "method_not_allowed",
    detail: `The API description has ${allow} for this path.`,
    headers: ["allow", allow],
  };
}

/** Nothing found: undefined. Only looking: a note. */
function judge(call: PolicyCall, found: Refusal | FieldError[], mode: PlanOpenapi["requests"]): Refusal | undefined {
  const is_list = Array.isArray(found);
  if (mode === "off" || (is_list && found.length === 0)) return undefined;
  if (mode === "report") {
    call.note(`openapi request: ${is_list ? wordsOf(found) : found.detail}`);
    return undefined;
  }
  if (!is_list) return found;
  return { code: "request_invalid", detail: "The request does not fit the API description.", errors: found };
}

/** Of many violations, the first: a note is short. */
function wordsOf(errors: FieldError[]): string {
  const shown = errors.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
  return `${shown.join(", ")}${errors.length > shown.length ? ` and ${errors.length - shown.length} more` : ""}`;
}

/** An answer that is looked at while it passes: `chunks` up to a limit, `undefined` past it. */
type Watched = { content: ReadyContent; chunks: Buffer[] | undefined; bytes: number };

function responseHooks(route: PlanRoute, api: PlanOpenapi, operations: Operations): Hooks {
  const { responses } = api;
  if (responses === "off") return {};
  // Where the body is changed on its way, it is held anyway, and has to be looked at before.
  if (responses === "enforce" || route.transform?.response?.body !== undefined)
    return heldHooks(route, api, operations);
  const watched = new PerCall<Watched>();
  const bytes_max = gatheredBytes(route);
  return {
    reply(call, head) {
      const content = noteHead(call, head, operations);
      if (content) watched.set(call, { content, chunks: [], bytes: 0 });
    },
    replyData(call, chunk) {
      const seen = watched.get(call);
      if (!seen?.chunks) return;
      seen.bytes += chunk.length;
      if (seen.bytes > bytes_max) seen.chunks = undefined;
      else seen.chunks.push(Buffer.from(chunk));
    },
    done(call, complete) {
      const seen = watched.get(call);
      if (!complete || !seen) return;
      if (!seen.chunks) return call.note("openapi response: too large to be looked at");
      const found = checkResponseBody(Buffer.concat(seen.chunks), seen.content);
      if (found.length > 0) call.note(`openapi response: ${wordsOf(found)}`);
    },
  };
}

/** What is wrong with the head goes on record; gives what the body should be, when it can be looked at. */
function noteHead(call: PolicyCall, head: ReplyHead, operations: Operations): ReadyContent | undefined {
  const operation = operations.get(call);
  if (!operation) return undefined;
  const found = checkHead(operation, head);
  if (found.length > 0) call.note(`openapi response: ${wordsOf(found)}`);
  const content = call.method === "HEAD" ? undefined : responseContent(operation, head);
  if (content && headerOf(head.headers, "content-encoding") !== undefined) {
    call.note("openapi response: compressed, not looked at");
    return undefined;
  }
  return content;
}

function heldHooks(route: PlanRoute, { responses }: PlanOpenapi, operations: Operations): Hooks {
  return {
    whole_reply: { bytes_max: gatheredBytes(route), wants: (call) => operations.get(call) !== undefined },
    replyBody(call, head, body) {
      const operation = operations.get(call) as ReadyOperation;
      const found = answerFaults(operation, head, body);
      if (found.length === 0) return body;
      if (responses === "report") {
        call.note(`openapi response: ${wordsOf(found)}`);
        return body;
      }
      return {
        code: "upstream_unexpected",
        detail: `The service's answer breaks its API description: ${wordsOf(found)}.`,
      };
    },
  };
}

function answerFaults(operation: ReadyOperation, head: ReplyHead, body: Uint8Array): FieldError[] {
  const found = checkHead(operation, head);
  const content = found.length === 0 ? responseContent(operation, head) : undefined;
  if (!content) return found;
  if (headerOf(head.headers, "content-encoding") !== undefined)
    return [{ path: "header/content-encoding", message: "is there although none was asked for" }];
  return checkResponseBody(body, content);
}
