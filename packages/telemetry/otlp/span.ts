// A span in the JSON of OTLP 1.x (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hexadecimal, enums as
// numbers, 64-bit integers as text. Only the parts of it that calls need.
import { LIMITS, shorten } from "@holdfast/base";

export const SPAN_KIND = { server: 2, client: 3 } as const;
/** Unset and Ok are not written: whoever serves a call leaves Ok to people. */
export const STATUS_ERROR = 2 as const;

type AttributeValue = { stringValue: string } | { intValue: string };
export type Attribute = { key: string; value: AttributeValue };

export type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: (typeof SPAN_KIND)[keyof typeof SPAN_KIND];
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code?: typeof STATUS_ERROR; message?: string };
};

/** What is null is left out: OpenTelemetry has no word for "not known". */
export function attributesOf(known: Record<string, string | number | null>): Attribute[] {
  const attributes: Attribute[] = [];
  for (const [key, value] of Object.entries(known))
    if (value !== null) attributes.push({ key, value: attributeValue(value) });
  return attributes;
}

function attributeValue(value: string | number): AttributeValue {
  if (typeof value === "number") return { intValue: String(value) };
  return { stringValue: shorten(value, LIMITS.otlp_attribute_characters_max) };
}

/** `at` in milliseconds since the epoch, `after_us` in microseconds after that. They do not fit a number as nanoseconds. */
export function unixNanos(at: number, after_us: number): string {
  return String(BigInt(at) * 1_000_000n + BigInt(after_us) * 1_000n);
}
