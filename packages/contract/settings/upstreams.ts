// How the addresses of a service are chosen between, watched, asked again and left alone. What belongs to one service is here;
// which services there are is services.ts.
import { z } from "zod";
import { duration, httpUrl, Name, percent, secret, size } from "./quantities.ts";

export const UpstreamAddress = z.union([
  httpUrl,
  z.strictObject({
    url: httpUrl.meta({
      description: "Address, without user, query or fragment; its path comes before that of each call",
    }),
    weight: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .meta({ description: "How much of the traffic it gets, against the weights of the others" }),
  }),
]);

export const BalanceSettings = z.enum(["round-robin", "weighted", "least-requests", "consistent-hash"]).meta({
  description:
    "Who is asked next: in turn; in turn by weight; the less busy of two drawn at random; the one that the caller's key leads to",
});

export const HashSettings = z
  .strictObject({
    by: z.enum(["consumer", "address", "header", "cookie"]).meta({
      description: "What leads to an upstream; a call without it is led by its client's address",
    }),
    name: z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, "expected the name of a header or cookie")
      .optional()
      .meta({ description: "Name of the header or cookie" }),
    load_over: percent.prefault("25%").meta({
      description: "How much busier than the average an upstream may get before the next on the ring is taken",
    }),
  })
  .meta({ description: "The key of `balance: consistent-hash`" });

export const HealthSettings = z
  .strictObject({
    get: z
      .string()
      .regex(/^\/[^\s?#]*(\?[^\s#]*)?$/, "expected a path that begins with / such as /healthz")
      .optional()
      .meta({ description: "Path that is asked for, below the path of the upstream's address" }),
    tcp: z.literal(true).optional().meta({ description: "Only open a connection and close it again" }),
    every: duration.prefault("5s").meta({ description: "From one check to the next" }),
    timeout: duration.prefault("1s").meta({ description: "A check that takes longer has failed" }),
    rise: z.int().min(1).max(100).default(2).meta({ description: "Good checks in a row until it gets calls again" }),
    fall: z.int().min(1).max(100).default(3).meta({ description: "Failed checks in a row until it gets none" }),
    expect: z
      .array(z.int().min(100).max(599))
      .min(1)
      .optional()
      .meta({ description: "Statuses of a good answer; default: any from 200 to 299" }),
  })
  .meta({ description: "Active checks, by every gateway worker" });

export const EjectSettings = z
  .strictObject({
    after: z.int().min(1).max(1000).default(5).meta({ description: "Calls in a row that it failed" }),
    for: duration
      .prefault("30s")
      .meta({ description: "How long it gets no calls; as often longer as it was ejected before, at most ten times" }),
    most: percent.prefault("50%").meta({
      description: "Most of a release's upstreams that may be out at once; one always may where there are several",
    }),
  })
  .meta({ description: "Passive checks: an upstream that fails calls is left alone for a while" });

export const BreakerSettings = z
  .strictObject({
    errors: percent.prefault("50%").meta({ description: "Share of failed calls that opens it" }),
    of_least: z.int().min(1).max(1_000_000).default(20).meta({ description: "Calls below which nothing is decided" }),
    window: duration.prefault("10s").meta({ description: "How far back it counts" }),
    open_for: duration.prefault("5s").meta({ description: "How long no call is let through before it is tried again" }),
    probes: z.int().min(1).max(1000).default(3).meta({ description: "Calls that must succeed before it closes" }),
  })
  .meta({ description: "Circuit breaker of each upstream" });

export const RETRY_REASONS = ["connect-failure", "reset", "timeout", "gateway-error", "5xx", "429"] as const;

export const RetrySettings = z
  .strictObject({
    attempts: z.int().min(2).max(10).default(2).meta({
      description:
        "Times a call is sent, the first one included. Not counted, as with nginx, is what goes out once more because a kept connection turned out to be closed; the record's `attempts` counts it",
    }),
    budget: percent
      .prefault("10%")
      .meta({ description: "Share of the service's calls of the last 10s that may be repeated" }),
    always: z
      .int()
      .min(0)
      .max(1000)
      .default(3)
      .meta({ description: "Repetitions in 10s that need no budget: of few calls a share is nothing" }),
    on: z.array(z.enum(RETRY_REASONS)).min(1).prefault(["connect-failure", "reset", "gateway-error"]).meta({
      description:
        "connect-failure: nothing was sent. reset: closed before it answered. timeout: no first byte in time. gateway-error: 502, 503, 504. The other two are statuses",
    }),
    back_off: duration
      .prefault("25ms")
      .meta({ description: "Longest pause before the first repetition; doubles each time, drawn at random below it" }),
    keep_body: size
      .prefault("64KiB")
      .meta({ description: "Request bodies up to here are kept for a repetition; longer ones cannot be sent again" }),
  })
  .meta({
    description:
      "Only methods that are safe to repeat (RFC 9110 section 9.2.2), calls with an `Idempotency-Key`, and calls of which nothing was sent",
  });

export const FallbackSettings = z
  .strictObject({
    service: Name.optional().meta({ description: "Default: this service" }),
    release: Name.optional().meta({ description: "Needed where the service has several" }),
  })
  .meta({ description: "Who is asked when no upstream of a release takes calls, or none could be reached" });

export const UpstreamTlsSettings = z
  .strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Certificates in PEM that are trusted in place of the system's: ${file:/path/ca.pem}" }),
    client_certificate: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Our own certificate with its chain, in PEM: ${file:/path/client.pem}" }),
    client_key: secret
      .optional()
      .meta({ description: "Its private key, in PEM: ${file:/path/client.key}", secret: "whole" }),
    server_name: z
      .string()
      .regex(/^[a-z0-9.-]+$/, "expected a host name in lower case")
      .optional()
      .meta({ description: "Name that the upstream's certificate must have; default: the host of its address" }),
  })
  .meta({ description: "TLS to upstreams with https addresses" });

export type HashSettings = z.output<typeof HashSettings>;
export type HealthSettings = z.output<typeof HealthSettings>;
export type EjectSettings = z.output<typeof EjectSettings>;
export type BreakerSettings = z.output<typeof BreakerSettings>;
export type RetrySettings = z.output<typeof RetrySettings>;
export type RetryReason = (typeof RETRY_REASONS)[number];
export type UpstreamTlsSettings = z.output<typeof UpstreamTlsSettings>;
