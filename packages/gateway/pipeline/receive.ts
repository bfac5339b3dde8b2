// First phase: reads the head, refuses what two readers could read differently, and finds whose call this is.
import { LIMITS } from "@holdfast/base";
import { readForwarded } from "../addresses/forwarded.ts";
import { composeJourney } from "../compose/compose-journey.ts";
import { connectionTokens, noteRepeated, type RequestHeaders, readRequestHeaders } from "../headers/request-headers.ts";
import { requestIdOf } from "../headers/request-id.ts";
import { traceOf } from "../headers/trace.ts";
import { ownHops } from "../headers/via.ts";
import { modelEndpoint } from "../models/endpoints.ts";
import type { Refusal } from "../policies/policy.ts";
import { canonicalTarget, encodedSlashTrouble } from "../routing/canonical-path.ts";
import type { Asked } from "../routing/conditions.ts";
import type { RouteMatch } from "../routing/router.ts";
import type { Subject } from "../runtime/runtime.ts";
import type { Exchange } from "../transport/listener.ts";
import { beginWebSocket } from "../websocket/websocket-journey.ts";
import type { Call } from "./call.ts";
import { routeJourney } from "./route-journey.ts";
import { setSubject } from "./subject.ts";

export function receive(call: Call): Refusal | undefined {
  const headers = headersOf(call.exchange);
  call.headers = headers;
  call.forward = headers.forward;
  if (call.worker.trusts) call.forwarded = readForwarded(call.exchange, call.worker.trusts);
  call.request_id = requestIdOf(headers.request_id, call.id);
  call.trace = traceOf(call.id, headers.traceparent, call.request_id);
  call.journey = routeJourney;
  return overload(call) ?? (isFoundAgain(call) ? undefined : find(call, headers));
}

function find(call: Call, headers: RequestHeaders): Refusal | undefined {
  const refusal =
    framing(call, headers) ??
    hop(call, headers) ??
    host(call, headers) ??
    target(call, call.exchange.target, headers) ??
    loop(headers.via);
  if (!refusal) rememberFound(call);
  return refusal;
}

/** Worked out once for a client that says the same again and again. */
function headersOf({ headers, notes }: Exchange): RequestHeaders {
  const known = notes?.made as RequestHeaders | undefined;
  if (known) {
    if (!known.repeated) noteRepeated(known);
    return known;
  }
  const read = readRequestHeaders(headers);
  if (notes) notes.made = read;
  return read;
}

/** Behind the route, so that its owner sees whose way leads in a circle. */
function loop(via: string | undefined): Refusal | undefined {
  if (via === undefined || ownHops(via) <= LIMITS.gateway_hops_max) return undefined;
  const detail = `The request came through more than ${LIMITS.gateway_hops_max} gateways like this one.`;
  return { code: "loop_detected", detail };
}

/** What was found of a request that is said again and again, byte for byte. Nothing of a plan is held on to. */
type Found = Pick<Call, "host" | "path" | "query" | "has_body" | "chosen_by"> & { prepared: number; place: number };

function rememberFound(call: Call): void {
  const { exchange, subject, headers, host, path, query, has_body, chosen_by, runtime } = call;
  if (!headers.repeated || !exchange.whole_notes || !subject || subject.place < 0 || call.wants_websocket) return;
  const { prepared } = runtime;
  exchange.whole_notes.made = {
    prepared,
    place: subject.place,
    host,
    path,
    query,
    has_body,
    chosen_by,
  } satisfies Found;
}

/** Under another plan it may be something else, and on another connection not for us. */
function isFoundAgain(call: Call): boolean {
  const { whole_notes, covers } = call.exchange;
  const found = whole_notes?.made as Found | undefined;
  if (found?.prepared !== call.runtime.prepared || covers?.(found.host) === false) return false;
  call.host = found.host;
  call.path = call.upstream_path = found.path;
  call.query = call.upstream_query = found.query;
  call.has_body = found.has_body;
  call.chosen_by = found.chosen_by;
  goOver(call, call.runtime.routes[found.place] as Subject);
  return true;
}

const malformed = (detail: string): Refusal => ({ code: "malformed_request", detail });

function overload(call: Call): Refusal | undefined {
  const { running, calls_max } = call.worker;
  if (running.size <= calls_max) return undefined;
  const detail = `${calls_max} calls are running already.`;
  return { code: "overloaded", detail, headers: ["retry-after", "1"] };
}

/** RFC 9112 section 6. The parser refuses most of this already; this must hold whatever the parser. */
function framing(call: Call, { content_length, transfer_encoding }: RequestHeaders): Refusal | undefined {
  if (transfer_encoding !== undefined) {
    if (content_length !== undefined) return malformed("Content-Length and Transfer-Encoding exclude each other.");
    if (call.exchange.http_1_0) return malformed("HTTP/1.0 has no Transfer-Encoding.");
    if (transfer_encoding.toLowerCase() !== "chunked") return malformed("The only Transfer-Encoding taken is chunked.");
  }
  if (content_length !== undefined && !Number.isSafeInteger(content_length))
    return malformed("Content-Length is not a length.");
  call.has_body = transfer_encoding !== undefined || (content_length ?? 0) > 0 || call.exchange.body_follows === true;
  return undefined;
}

function hop(call: Call, { expect, upgrade, connection }: RequestHeaders): Refusal | undefined {
  if (expect !== undefined && expect.toLowerCase() !== "100-continue")
    return malformed("The only expectation known is 100-continue.");
  if (upgrade === undefined || connection === undefined || !connectionTokens(connection).includes("upgrade"))
    return undefined;
  // An offer of HTTP/2 may be ignored (RFC 9110 section 7.8), and common clients always make it.
  if (upgrade.toLowerCase() === "h2c") return undefined;
  call.wants_websocket = upgrade.toLowerCase() === "websocket";
  if (call.wants_websocket) return undefined;
  return { code: "upgrade_not_supported", detail: "This route does not upgrade connections." };
}

function host(call: Call, headers: RequestHeaders): Refusal | undefined {
  if (headers.host === undefined && call.exchange.http_1_0) return undefined;
  if (headers.host_count !== 1) return malformed("A request needs exactly one Host header.");
  const canonical = headers.canonical_host;
  if (canonical === undefined) return malformed("The Host header is not a host name or address.");
  call.host = canonical;
  return call.exchange.covers?.(canonical) === false ? MISDIRECTED : undefined;
}

const MISDIRECTED: Refusal = {
  code: "misdirected_request",
  detail: "This connection was opened for another host, with a certificate that is not for this one.",
};

function target(call: Call, raw: string, headers: RequestHeaders): Refusal | undefined {
  const origin_form = raw.charCodeAt(0) === 0x2f ? raw : withoutAuthority(raw, headers.host);
  if (origin_form === undefined) return malformed("The request target names another host than the Host header.");
  const canonical = canonicalTarget(origin_form);
  if (!canonical.ok) return malformed(canonical.error);
  const { path, query, encoded_slash } = canonical.value;
  call.path = call.upstream_path = path;
  call.query = call.upstream_query = query;
  const found = findRoute(call, call.exchange.method);
  return (encoded_slash ? encodedSlash(call, found) : undefined) ?? route(call, found);
}

/** Before anything else is said of what was found: an answer that depends on it would tell which routes there are. */
function encodedSlash(call: Call, found: RouteMatch<Subject>): Refusal | undefined {
  const plan = found.kind === "route" ? found.route.plan : undefined;
  const trouble = encodedSlashTrouble(plan?.kind === "route" ? plan : undefined, call.path);
  if (trouble === undefined) return undefined;
  call.chosen_by = undefined;
  return malformed(trouble);
}

/** Absolute form (RFC 9112 section 3.2.2), if it says the same as Host; undefined if it says something else. */
function withoutAuthority(raw: string, host: string | undefined): string | undefined {
  const match = /^https?:\/\/([^/?#]*)(.*)$/i.exec(raw);
  if (!match) return raw;
  if (match[1]?.toLowerCase() !== host?.toLowerCase()) return undefined;
  const rest = match[2] as string;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function route(call: Call, found: RouteMatch<Subject>): Refusal | undefined {
  if (found.kind === "route") {
    goOver(call, found.route);
    return call.wants_websocket ? beginWebSocket(call) : undefined;
  }
  if (call.wants_websocket)
    return { code: "upgrade_not_supported", detail: "No route for WebSockets fits this request." };
  if (found.kind === "none" && !call.runtime.models.none) {
    const endpoint = modelEndpoint(call);
    if (endpoint !== "none") return endpoint;
  }
  if (found.kind === "none")
    return { code: "route_unknown", detail: found.near ? NEAR : "No route fits this host and path." };
  const allow = found.allowed.join(", ");
  return { code: "method_not_allowed", detail: `This path takes ${allow}.`, headers: ["allow", allow] };
}

function goOver(call: Call, route: Subject): void {
  setSubject(call, route);
  if (route.compose) call.journey = composeJourney;
}

const NEAR = "Routes of this host and path ask for other headers, another version or another query.";

/** A preflight asks about another request, and is that one's route's to answer, if it speaks of other origins at all. */
function findRoute(call: Call, method: string): RouteMatch<Subject> {
  const { router } = call.runtime;
  const asked = method === "OPTIONS" ? call.header("access-control-request-method") : undefined;
  const preflight = asked === undefined ? undefined : router.match(call.host, call.path, preflightOf(call, asked));
  if (preflight?.kind === "route" && "cors" in preflight.route.plan) return preflight;
  return router.match(call.host, call.path, call);
}

function preflightOf(call: Call, method: string): Asked {
  return { method, header: (name) => call.header(name), query: call.query, preflight: true };
}
