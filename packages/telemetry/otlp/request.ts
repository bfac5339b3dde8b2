// One request of OTLP/HTTP with the spans of many calls (ExportTraceServiceRequest), under one resource for each gateway worker.
import type { WaitingSpans } from "./queue.ts";
import { attributesOf } from "./span.ts";

/** `version` is that of Holdfast. */
export function requestText(batch: readonly WaitingSpans[], version: string): string {
  const by_node = Map.groupBy(batch, ({ node }) => node);
  const all = [...by_node].map(([node, calls]) => resourceSpansText(node, calls, version));
  return `{"resourceSpans":[${all.join(",")}]}`;
}

/** Spans are JSON already. */
function resourceSpansText(node: string, calls: readonly WaitingSpans[], version: string): string {
  const attributes = attributesOf({
    "service.name": "holdfast",
    "service.version": version,
    "service.instance.id": node,
  });
  const spans = calls.map(({ json }) => json).join(",");
  const scope_spans = `{"scope":${JSON.stringify({ name: "holdfast", version })},"spans":[${spans}]}`;
  return `{"resource":${JSON.stringify({ attributes })},"scopeSpans":[${scope_spans}]}`;
}
