// What becomes of a record: a table of calls and the spans they make.
import type { CallAi, CallRecord } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { attributesIn, type SentSpan } from "../../../tests/process/collector.ts";
import { callRecord } from "../testing-records.ts";
import { spanCount, spansOf } from "./spans.ts";

const NO_PHASES = Object.fromEntries(
  Object.keys(callRecord().phases).map((name) => [name, null]),
) as CallRecord["phases"];

const REFUSED: Partial<CallRecord> = {
  status: 429,
  upstream: null,
  upstream_status: null,
  release: null,
  outcome: "rate_limited",
  error_origin: "client",
  refused_by: "rate-limit",
  reason: "Too many calls.",
  attempts: 0,
};

const UNREAD: Partial<CallRecord> = {
  ...{ method: "", host: "", path: "", protocol: "" },
  ...{ subject: null, route: null, user_agent: null },
};

const AI: CallAi = {
  model: "assistant",
  provider: "openai",
  provider_model: "gpt-large",
  stream: false,
  input_tokens: 12,
  cached_input_tokens: 4,
  output_tokens: 34,
  cost_nano_usd: 56_000,
  first_token_us: null,
  finish_reason: "stop",
  attempts: 2,
};

const MODEL: Partial<CallRecord> = {
  subject: "models.assistant",
  route: null,
  method: "POST",
  attempts: 0,
  ai: AI,
  upstream: "api.example.com",
};

/** `null`: must be absent. */
type Expected = Record<string, string | number | null>;
type Case = { name: string; call: Partial<CallRecord>; server?: Expected; client?: Expected };

const cases: Case[] = [
  {
    name: "a call that went well",
    call: { query: "q=1", cache: "miss" },
    server: {
      name: "GET /orders/:id",
      code: null,
      parent: null,
      "http.route": "/orders/:id",
      "http.request.method": "GET",
      "http.request.method_original": null,
      "url.scheme": "http",
      "url.path": "/orders/42",
      "url.query": "q=1",
      "server.address": "api.example.com",
      "client.address": "192.0.2.0",
      "user_agent.original": "test",
      "network.protocol.name": "http",
      "network.protocol.version": "1.1",
      "http.response.status_code": 200,
      "error.type": null,
      "holdfast.workspace": "default",
      "holdfast.subject": "routes.orders",
      "holdfast.release": "v1",
      "holdfast.consumer": "shop",
      "holdfast.upstream": "127.0.0.1:9001",
      "holdfast.outcome": "ok",
      "holdfast.refused_by": null,
      "holdfast.cache": "miss",
      "holdfast.plan": 7,
    },
    client: {
      name: "GET routes.orders",
      code: null,
      parent: "00f067aa0ba902b7",
      "server.address": "127.0.0.1",
      "server.port": 9001,
      "http.route": null,
      "http.response.status_code": 200,
      "holdfast.attempts": 1,
      "gen_ai.operation.name": null,
    },
  },
  {
    name: "a call below its caller's span",
    call: { parent_span_id: "53995c3f42cd8ad8", encrypted: true, protocol: "http/2" },
    server: { parent: "53995c3f42cd8ad8", "url.scheme": "https", "network.protocol.version": "2" },
    client: { parent: "00f067aa0ba902b7" },
  },
  {
    name: "a refusal by the gateway: no error of the server, and nobody was asked",
    call: REFUSED,
    server: {
      code: null,
      message: null,
      "http.response.status_code": 429,
      "error.type": null,
      "holdfast.outcome": "rate_limited",
      "holdfast.refused_by": "rate-limit",
    },
  },
  {
    name: "a refusal that is the gateway's fault",
    call: { ...REFUSED, status: 503, outcome: "overloaded", error_origin: "gateway", reason: "Too busy." },
    server: { code: 2, message: "Too busy.", "http.response.status_code": 503, "error.type": "overloaded" },
  },
  {
    name: "an upstream that could not be reached, after retries",
    call: {
      status: 502,
      upstream_status: null,
      outcome: "upstream_unreachable",
      error_origin: "upstream",
      reason: "no connection",
      attempts: 3,
    },
    server: { code: 2, message: "no connection", "error.type": "upstream_unreachable" },
    client: {
      code: 2,
      "http.response.status_code": null,
      "error.type": "upstream_unreachable",
      "holdfast.attempts": 3,
    },
  },
  {
    name: "an upstream's own error, passed on",
    call: { status: 503, upstream_status: 503, outcome: "upstream_error", error_origin: "upstream" },
    server: { code: 2, message: null, "error.type": "503" },
    client: { code: 2, "http.response.status_code": 503, "error.type": "503" },
  },
  {
    name: "an answer that its upstream broke off",
    call: { outcome: "upstream_body_cut", error_origin: "upstream", reason: "it ended early" },
    server: { code: 2, "http.response.status_code": 200, "error.type": "upstream_body_cut" },
    client: { code: 2, "http.response.status_code": 200, "error.type": "upstream_body_cut" },
  },
  {
    name: "a 4xx of an upstream is an error of the client span only",
    call: { status: 404, upstream_status: 404, outcome: "client_error", error_origin: "client" },
    server: { code: null, "error.type": null },
    client: { code: 2, "error.type": "404" },
  },
  {
    name: "a client that left before there was an answer",
    call: { status: 499, upstream_status: null, outcome: "client_gone", error_origin: "client" },
    server: { code: null, "http.response.status_code": null, "holdfast.outcome": "client_gone" },
    client: { code: null, "error.type": null },
  },
  {
    name: "a call of a model",
    call: MODEL,
    server: { name: "POST models.assistant", "gen_ai.operation.name": null },
    client: {
      name: "chat assistant",
      "server.address": "api.example.com",
      "server.port": null,
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "assistant",
      "gen_ai.response.model": "gpt-large",
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.usage.output_tokens": 34,
      "holdfast.cost_nano_usd": 56_000,
      "holdfast.attempts": 2,
    },
  },
  {
    name: "a provider that refused",
    call: { ...MODEL, status: 502, upstream_status: 500, outcome: "upstream_refused", error_origin: "upstream" },
    server: { code: 2, "error.type": "upstream_refused" },
    client: { code: 2, "error.type": "500", "gen_ai.request.model": "assistant", "gen_ai.response.model": null },
  },
  {
    name: "a method that somebody made up, on a route",
    call: { method: "BREW" },
    server: { name: "HTTP /orders/:id", "http.route": "/orders/:id" },
    client: { name: "HTTP routes.orders" },
  },
  {
    name: "a call whose record knows no path of its route, from before there was one in it",
    call: { route: null },
    server: { name: "GET routes.orders", "http.route": null },
    client: { name: "GET routes.orders" },
  },
  {
    name: "a method that somebody made up, on no route",
    call: {
      ...REFUSED,
      method: "BREW",
      subject: null,
      route: null,
      status: 404,
      outcome: "route_unknown",
      workspace: "",
    },
    server: {
      name: "HTTP",
      "http.request.method": "_OTHER",
      "http.request.method_original": "BREW",
      "holdfast.workspace": null,
    },
  },
  {
    name: "bytes that never became a request",
    call: { ...REFUSED, ...UNREAD, status: 400 },
    server: { name: "HTTP", "http.request.method_original": null, "url.path": null, "network.protocol.name": null },
  },
  {
    name: "a WebSocket, to an upstream with an IPv6 address",
    call: { protocol: "websocket", status: 101, upstream_status: 101, upstream: "[2001:db8::1]:9001" },
    server: { "network.protocol.name": "websocket", "network.protocol.version": null },
    client: { "server.address": "2001:db8::1", "server.port": 9001 },
  },
  {
    name: "a copy for a shadow: one span, with the id that its upstream got",
    call: { shadow_of: "01990000-0000-7000-8000-000000000000", parent_span_id: "53995c3f42cd8ad8", release: "v2" },
    client: {
      parent: "53995c3f42cd8ad8",
      id: "00f067aa0ba902b7",
      "holdfast.shadow_of": "01990000-0000-7000-8000-000000000000",
      "holdfast.attempts": null,
    },
  },
  { name: "a copy that was not sent", call: { ...REFUSED, shadow_of: "01990000-0000-7000-8000-000000000000" } },
];

function flat(span: SentSpan | undefined): Expected | undefined {
  if (!span) return undefined;
  const { name, spanId: id, parentSpanId: parent, status } = span;
  const all = { name, id, parent, code: status.code, message: status.message, ...attributesIn(span.attributes) };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, value ?? null]));
}

describe("the spans of", () => {
  test.each(cases)("$name", ({ call, server, client }) => {
    const record = callRecord(call);
    const spans = spansOf(record);
    expect(spanCount(record)).toBe(spans.length);
    expect(spans.map(({ kind }) => kind)).toEqual([...(server ? [2] : []), ...(client ? [3] : [])]);
    for (const [kind, expected] of [[2, server] as const, [3, client] as const]) {
      const found = flat(spans.find((span) => span.kind === kind));
      for (const [key, value] of Object.entries(expected ?? {}))
        expect([key, found?.[key] ?? null]).toEqual([key, value]);
    }
  });
});

test("times: from the arrival to the end, the upstream's from when it was asked", () => {
  const phases = { ...NO_PHASES, receive_us: 10, identify_us: 20, admit_us: 30, choose_us: 4, wait_us: 1_000 };
  const [server, client] = spansOf(callRecord({ at: 1_767_600_000_123, duration_us: 2_001, phases }));
  expect(server).toMatchObject({
    startTimeUnixNano: "1767600000123000000",
    endTimeUnixNano: "1767600000125001000",
  });
  expect(client).toMatchObject({
    startTimeUnixNano: "1767600000123064000",
    endTimeUnixNano: "1767600000125001000",
  });
});

test("no span begins after its end, however its phases were rounded", () => {
  const [, client] = spansOf(callRecord({ duration_us: 5, phases: { ...NO_PHASES, receive_us: 3, admit_us: 3 } }));
  expect(client?.startTimeUnixNano).toBe(client?.endTimeUnixNano);
});

test("the client span's id is another one, of the same call always, and never that of a call", () => {
  const record = callRecord({ span_id: "8333444455556666" });
  const ids = [spansOf(record), spansOf(record)].map(([, client]) => client?.spanId);
  expect(ids).toEqual(["0333444455556666", "0333444455556666"]);
});

test("a long text is cut, and nothing that was captured gets out", () => {
  const capture = {
    request_headers: [["cookie", "captured"] as [string, string]],
    response_headers: null,
    request_body: "captured",
    response_body: null,
    cut: false,
  };
  const spans = spansOf(callRecord({ query: "q".repeat(30_000), capture }));
  expect(attributesIn(spans[0]?.attributes ?? [])["url.query"]).toBe(`${"q".repeat(2_047)}…`);
  expect(JSON.stringify(spans)).not.toContain("captured");
});
