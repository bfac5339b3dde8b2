// APIs behind the gateway: their releases, the addresses that serve each, and how they are spoken to.
import { z } from "zod";
import { DocumentSettings } from "./checks.ts";
import { deadline, duration, named } from "./quantities.ts";
import {
  BalanceSettings,
  BreakerSettings,
  EjectSettings,
  FallbackSettings,
  HashSettings,
  HealthSettings,
  RetrySettings,
  UpstreamAddress,
  UpstreamTlsSettings,
} from "./upstreams.ts";

export const TimeoutSettings = z.strictObject({
  connect: deadline.prefault("2s").meta({ description: "Until the connection stands" }),
  first_byte: deadline.prefault("30s").meta({ description: "From the request sent to the first byte of the answer" }),
  idle: deadline.prefault("60s").meta({ description: "Longest silence inside a body, in either direction" }),
  total: deadline.optional().meta({
    description:
      "The whole call, bodies included, however long an answer goes on; a WebSocket excepted. Default: an answer must begin within 10 minutes, and then ends when it is silent for `idle`",
  }),
});

const ServiceRelease = z
  .strictObject({
    upstreams: z.array(UpstreamAddress).min(1).max(64).meta({ description: "Addresses that serve this release" }),
    balance: BalanceSettings.optional().meta({ description: "Default: as the service says" }),
    hash: HashSettings.optional().meta({ description: "Default: as the service says" }),
    health: HealthSettings.optional().meta({ description: "Default: as the service says" }),
  })
  .meta({ description: "One version of the API, and where it runs" });

export const ServiceSettings = z
  .strictObject({
    owner: z.string().optional().meta({ description: "Who is asked when it breaks" }),
    openapi: DocumentSettings.optional().meta({
      description:
        "The API's description (OpenAPI 3.0 to 3.2): a file beside the settings file, or the document itself. Requests are checked against it",
    }),
    protocol: z.enum(["http1", "h2", "h2c"]).default("http1").meta({
      description: "http1: HTTP/1.1. h2: HTTP/2 over TLS. h2c: HTTP/2 without it. gRPC needs one of the last two",
    }),
    timeouts: TimeoutSettings.prefault({}).meta({ description: "How long the gateway waits for an upstream" }),
    balance: BalanceSettings.default("round-robin"),
    hash: HashSettings.optional(),
    health: HealthSettings.optional(),
    eject: EjectSettings.optional(),
    slow_start: duration
      .optional()
      .meta({ description: "How long an upstream that comes back takes to get its full share; default: at once" }),
    breaker: BreakerSettings.optional(),
    retries: RetrySettings.optional(),
    fallback: FallbackSettings.optional(),
    tls: UpstreamTlsSettings.optional(),
    releases: named(ServiceRelease)
      .refine((all) => Object.keys(all).length > 0, "needs at least one release")
      .meta({ description: "Versions of it, at least one; routes share traffic out between them by `split`" }),
  })
  .meta({ description: "One API, under the name that routes give in `to`" });

export type ServiceSettings = z.output<typeof ServiceSettings>;
