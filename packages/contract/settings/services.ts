// APIs behind the gateway: their releases, the addresses that serve each, and how they are spoken to.
import { z } from "zod";
import { duration, httpUrl, named } from "./quantities.ts";

export const TimeoutSettings = z.strictObject({
  connect: duration.prefault("2s").meta({ description: "Until the connection stands" }),
  first_byte: duration.prefault("30s").meta({ description: "From the request sent to the first byte of the answer" }),
  idle: duration.prefault("60s").meta({ description: "Longest silence inside a body, in either direction" }),
  total: duration.prefault("10m").meta({ description: "The whole call, body included" }),
});

const ServiceRelease = z.strictObject({
  upstreams: z.array(httpUrl).min(1).max(64).meta({ description: "Addresses that serve this release, asked in turn" }),
});

export const ServiceSettings = z.strictObject({
  owner: z.string().optional().meta({ description: "Who is asked when it breaks" }),
  timeouts: TimeoutSettings.prefault({}),
  releases: named(ServiceRelease).refine((all) => Object.keys(all).length > 0, "needs at least one release"),
});
