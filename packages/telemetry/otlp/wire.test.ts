// Our JSON against the official serializer: the same spans, written by both, are the same message. And every name that is not ours
// is one of the semantic conventions.
import { expect, test } from "vitest";
import { allNames, JsonTraceSerializer, stableNames } from "../../../tests/parts/opentelemetry.ts";
import { attributesIn } from "../../../tests/process/collector.ts";
import { callRecord } from "../testing-records.ts";
import { createSpanQueue } from "./queue.ts";
import { requestText } from "./request.ts";
import type { Span } from "./span.ts";
import { spansOf } from "./spans.ts";

type Official = Parameters<typeof JsonTraceSerializer.serializeRequest>[0][number];

const calls = [
  callRecord({ parent_span_id: "53995c3f42cd8ad8", query: 'a="ü"\n' }),
  callRecord({ node: "worker-2", status: 502, outcome: "upstream_timeout", error_origin: "upstream", reason: "late" }),
];
const VERSION = "1.2.3";

function ours(): unknown {
  const queue = createSpanQueue();
  for (const call of calls) queue.add(call);
  return JSON.parse(requestText(queue.batch(), VERSION));
}

function timeOf(nanos: string): [number, number] {
  return [Number(BigInt(nanos) / 1_000_000_000n), Number(BigInt(nanos) % 1_000_000_000n)];
}

/** As the SDK has it: kinds from 0, status 0 for unset, attributes as an object. */
function officialSpan(span: Span, resource: Official["resource"]): Official {
  const { traceId, spanId, parentSpanId, name, kind, attributes, status } = span;
  const contextOf = (id: string) => ({ traceId, spanId: id, traceFlags: 1 });
  return {
    name,
    kind: kind - 1,
    spanContext: () => contextOf(spanId),
    ...(parentSpanId === undefined ? {} : { parentSpanContext: contextOf(parentSpanId) }),
    startTime: timeOf(span.startTimeUnixNano),
    endTime: timeOf(span.endTimeUnixNano),
    duration: [0, 0],
    ended: true,
    status: { code: status.code ?? 0, ...(status.message === undefined ? {} : { message: status.message }) },
    attributes: attributesIn(attributes),
    links: [],
    events: [],
    resource,
    instrumentationScope: { name: "holdfast", version: VERSION },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function official(): unknown {
  const spans = calls.flatMap((call) => {
    const attributes = { "service.name": "holdfast", "service.version": VERSION, "service.instance.id": call.node };
    const resource = { attributes, merge: () => resource, getRawAttributes: () => [] } as Official["resource"];
    return spansOf(call).map((span) => officialSpan(span, resource));
  });
  return JSON.parse(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans)));
}

/** What says nothing in protobuf (zeros, empty lists) is left out, integers are text, and flags are: we know none. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const empty = each === 0 || (Array.isArray(each) && each.length === 0);
    if (empty || key === "flags") return [];
    return [[key, key === "intValue" ? String(each) : canonical(each)]];
  });
  return Object.fromEntries(entries);
}

test("the official serializer writes the same message", () => {
  expect(canonical(ours())).toEqual(canonical(official()));
  expect(ours()).toMatchObject({ resourceSpans: [{ scopeSpans: [{ spans: [{}, {}] }] }, {}] });
});

test("names are those of the conventions: stable ones, and those of generative AI", () => {
  const ai = {
    model: "assistant",
    provider: "openai",
    provider_model: "gpt-large",
    stream: false,
    input_tokens: 1,
    cached_input_tokens: 0,
    output_tokens: 1,
    cost_nano_usd: 1,
    first_token_us: null,
    finish_reason: "stop",
    attempts: 1,
  };
  const spans = [...calls, callRecord({ ai, method: "BREW" })].flatMap(spansOf);
  const names = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  const others = [...names].filter((name) => !name.startsWith("holdfast."));
  const known = namesIn(stableNames);
  const in_development = others.filter((name) => !known.has(name));
  expect(others).toContain("http.request.method_original");
  expect(in_development).toContain("gen_ai.provider.name");
  expect(in_development.filter((name) => !name.startsWith("gen_ai."))).toEqual([]);
  expect(in_development.filter((name) => !namesIn(allNames).has(name))).toEqual([]);
});

function namesIn(constants: object): Set<unknown> {
  return new Set(Object.entries(constants).flatMap(([name, value]) => (name.startsWith("ATTR_") ? [value] : [])));
}
