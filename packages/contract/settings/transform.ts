// What a route changes of a request before its upstream gets it, and of the answer before the client does.
import { z } from "zod";

/** Header fields (RFC 9110 section 5.1), written in lower case in settings. */
export const HeaderField = z.string().regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "expected a header name in lower case");

/**
 * Not for settings to say: what belongs to one connection (RFC 9110 section 7.6.1), what frames a message (RFC 9112 section 6),
 * and what the gateway says of a call itself.
 */
const RESERVED = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "forwarded",
  "host",
  "http2-settings",
  "keep-alive",
  "te",
  "traceparent",
  "tracestate",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-real-ip",
  "x-request-id",
]);
const RESERVED_BEGINNINGS = ["proxy-", "x-forwarded-", "x-holdfast-"];

export function isReservedHeader(lower: string): boolean {
  return RESERVED.has(lower) || RESERVED_BEGINNINGS.some((beginning) => lower.startsWith(beginning));
}

const OwnHeader = HeaderField.refine((name) => !isReservedHeader(name), {
  error: "is a header of the connection, of the framing or of the gateway itself, and cannot be changed",
});

export const TemplateText = z.string().max(16_384).meta({
  description:
    "Text with places such as {param.id}, {query.q}, {header.x-tenant}, {claim.sub} or {consumer}; {{ is a brace",
});

const HeaderChanges = z.strictObject({
  set: z.record(OwnHeader, TemplateText).default({}).meta({ description: "Exactly this value, whatever was there" }),
  add: z.record(OwnHeader, TemplateText).default({}).meta({ description: "One more line, beside what is there" }),
  remove: z.array(OwnHeader).default([]).meta({ description: "Taken out, before anything is set or added" }),
});

const QueryName = z.string().min(1).max(200);

const BodyExpression = z.string().min(1).meta({
  description: "JSONata over the JSON body; $param, $query, $header, $claim and $consumer are what templates have",
});

const OtherBodies = z
  .enum(["pass", "refuse"])
  .default("pass")
  .meta({ description: "Bodies that are not JSON, where `body` changes JSON" });

const PLAIN_STATUS = "expected a status that has a body: 200 to 599 without 204 and 304";
const hasBody = (status: number): boolean => status !== 204 && status !== 304;

export const TransformSettings = z.strictObject({
  request: z
    .strictObject({
      headers: HeaderChanges.prefault({}).meta({ description: "Changes of the headers that the upstream gets" }),
      query: z
        .strictObject({
          set: z.record(QueryName, TemplateText).default({}).meta({ description: "Exactly this value" }),
          remove: z.array(QueryName).default([]).meta({ description: "Taken out" }),
        })
        .prefault({})
        .meta({ description: "Changes of the query that the upstream gets" }),
      path: TemplateText.refine((path) => path.startsWith("/"), "begins with /")
        .optional()
        .meta({ description: "The path that the upstream gets; a filled-in value is always one segment" }),
      body: BodyExpression.optional(),
      other_bodies: OtherBodies,
    })
    .optional()
    .meta({ description: "What is changed before the upstream gets the request" }),
  response: z
    .strictObject({
      headers: HeaderChanges.prefault({}).meta({ description: "Changes of the headers that the client gets" }),
      status: z
        .record(
          z.string().regex(/^([2-5]\d\d|[2-5]xx)$/, "expected a status such as 404, or a class such as 5xx"),
          z
            .int()
            .min(200)
            .max(599)
            .refine(hasBody, PLAIN_STATUS)
            .meta({ description: "Status that the client gets instead" }),
        )
        .refine((map) => Object.keys(map).every((from) => hasBody(Number(from))), PLAIN_STATUS)
        .default({})
        .meta({ description: "What the client gets in place of an upstream's status; 204 and 304 always pass" }),
      body: BodyExpression.optional(),
      other_bodies: OtherBodies,
    })
    .optional()
    .meta({ description: "What is changed before the client gets the answer" }),
});

export type HeaderChanges = z.output<typeof HeaderChanges>;
export type TransformSettings = z.output<typeof TransformSettings>;
