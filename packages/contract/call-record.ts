// The call record: one wide, immutable, versioned row for every call, whatever became of it. Written by gateway workers into
// the spool, read from the telemetry store, shown by the console. Null means: did not apply or is not known.
import { z } from "zod";

/** The closed list of phases; a call always ends in `record`. Microseconds spent in each; null when the call never got there. */
export const CallPhases = z.object({
  receive_us: z.int().nullable(),
  identify_us: z.int().nullable(),
  admit_us: z.int().nullable(),
  choose_us: z.int().nullable().describe("0 when there was one upstream only"),
  connect_us: z.int().nullable().describe("0 when a pooled connection was used"),
  send_us: z.int().nullable().describe("0 when there was no body"),
  wait_us: z.int().nullable().describe("From the request's last byte sent to the first byte of the answer"),
  reply_us: z.int().nullable().describe("From the first byte of the answer to its last, or to its cut"),
});

export const ErrorOrigin = z.enum(["client", "gateway", "upstream"]);

export const CallAi = z.object({
  model: z.string().describe("The alias that the application called"),
  provider: z.string().nullable(),
  provider_model: z.string().nullable(),
  stream: z.boolean(),
  input_tokens: z.int().nullable(),
  cached_input_tokens: z.int().nullable().describe("Part of input_tokens that the provider read from its cache"),
  output_tokens: z.int().nullable(),
  cost_nano_usd: z.int().nullable().describe("Billionths of a US dollar; null when no price is known"),
  first_token_us: z.int().nullable(),
  finish_reason: z.string().nullable(),
  attempts: z.int().describe("Targets that were asked, the answering one included"),
});

/** Scrubbed before it is written; null where capture was off. Bodies are text, cut at a limit. */
export const CallCapture = z.object({
  request_headers: z.array(z.tuple([z.string(), z.string()])).nullable(),
  response_headers: z.array(z.tuple([z.string(), z.string()])).nullable(),
  request_body: z.string().nullable(),
  response_body: z.string().nullable(),
  cut: z.boolean().describe("A body was longer than the capture limit"),
});

/** What a mirrored call came to beside the call that it mirrors. */
export const CallComparison = z.object({
  release: z.string().describe("That answered the client"),
  status: z.int().describe("That the client got"),
  duration_us: z.int().describe("Of the client's call"),
  differs: z
    .array(z.enum(["status", "content_type", "body"]))
    .nullable()
    .describe("Null: it was not sent. Bodies that a policy changed on their way are not compared"),
});
export type CallComparison = z.infer<typeof CallComparison>;

export const CallRecord = z.object({
  version: z.literal(1),
  id: z.string(),
  workspace: z.string().describe("Empty when no route matched"),
  at: z.int().describe("Arrival, milliseconds since the epoch"),
  duration_us: z.int(),
  node: z.string().describe("Gateway worker that served it"),
  plan: z.int(),
  method: z.string(),
  host: z.string(),
  path: z.string().describe("Canonical, without query"),
  query: z.string().nullable().describe("Scrubbed"),
  subject: z.string().nullable().describe("routes.orders, models.assistant"),
  route: z
    .string()
    .nullable()
    .describe("The path of the route as its settings say it, such as /orders/:id; of several the one that matched"),
  release: z.string().nullable(),
  upstream: z.string().nullable().describe("host:port that was asked last"),
  consumer: z.string().nullable(),
  client_address: z.string().nullable().describe("IPv4 with the last octet zeroed, IPv6 cut to /48"),
  user_agent: z.string().nullable(),
  status: z.int().describe("Status sent to the client; 499 when the client left before any answer"),
  upstream_status: z.int().nullable(),
  outcome: z
    .string()
    .describe(
      "`ok`, a code of the problem catalogue, `upstream_error` for a 5xx passed on, `client_error` for a 4xx passed on, or `client_gone`",
    ),
  error_origin: ErrorOrigin.nullable(),
  refused_by: z.string().nullable().describe("The policy that refused the call"),
  reason: z.string().nullable().describe("Why the call did not end well, in the words that its client got"),
  protocol: z.string().describe("http/1.0, http/1.1, http/2 or websocket; empty for bytes that never became a request"),
  encrypted: z.boolean().describe("Over TLS"),
  attempts: z
    .int()
    .describe(
      "Requests to upstreams, the answered one included, and also one that went out again because a kept connection turned out to be closed",
    ),
  cache: z
    .string()
    .nullable()
    .describe("hit, miss, stale, revalidated, coalesced or bypass; null on routes without a cache"),
  shadow_of: z.string().nullable().describe("The call that this one mirrors; its answer reached nobody"),
  request_bytes: z.int(),
  response_bytes: z.int(),
  request_id: z.string(),
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: z.string().nullable(),
  phases: CallPhases,
  ai: CallAi.nullable(),
  capture: CallCapture.nullable(),
  compared: CallComparison.optional().describe("On mirrored calls only"),
  notes: z
    .string()
    .optional()
    .describe("What checks saw and let pass: rules of hostile input, breaks of the API description"),
});

export type CallPhases = z.infer<typeof CallPhases>;
export type ErrorOrigin = z.infer<typeof ErrorOrigin>;
export type CallAi = z.infer<typeof CallAi>;
export type CallCapture = z.infer<typeof CallCapture>;
export type CallRecord = z.infer<typeof CallRecord>;

/** A failed call as operators count it: the gateway or the upstream is to blame. What a client did wrong is not an error of ours. */
export function isFailure(call: Pick<CallRecord, "error_origin">): boolean {
  return call.error_origin === "gateway" || call.error_origin === "upstream";
}
