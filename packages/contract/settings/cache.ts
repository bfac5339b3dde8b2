// What of a route's answers is kept and served again, by RFC 9111. Two keys go beyond the RFC, and say so: `when_silent` and
// `client_directives`.
import { z } from "zod";
import { duration, size } from "./quantities.ts";

const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~A-Za-z0-9-]{1,64}$/, "expected the name of a header")
  .transform((name) => name.toLowerCase());

/** A name, or the beginning of one: `utm_*`. */
const ParameterName = z.string().regex(/^[^\s&=#*]{1,128}\*?$/, "expected the name of a query parameter, or utm_*");
const Parameters = z.array(ParameterName).min(1).max(100);

const CacheKeySettings = z
  .strictObject({
    query: z
      .union([
        z.enum(["all", "none"]),
        z.strictObject({
          ignore: Parameters.meta({
            description: "All tell answers apart but these; `utm_*` is every one that begins so",
          }),
        }),
        z.strictObject({
          only: Parameters.meta({ description: "These alone tell answers apart; `utm_*` is every one that begins so" }),
        }),
      ])
      .default("all")
      .meta({ description: "Which query parameters tell answers apart. The upstream still gets all of them" }),
    headers: z
      .array(HeaderName)
      .max(16)
      .prefault([])
      .meta({ description: "Request headers that tell answers apart, beside those that `Vary` names" }),
    cookies: z
      .array(z.string().regex(/^[!#$%&'*+.^_`|~A-Za-z0-9-]{1,64}$/, "expected the name of a cookie"))
      .max(16)
      .default([])
      .meta({ description: "Cookies that tell answers apart" }),
  })
  .meta({ description: "What tells kept answers apart, beside address, release and caller" });

/** Where a route's whole cache is larger. Most answers worth keeping are. */
const ENTRY_BYTES = 4 * 1024 * 1024;

export const CacheSettings = z
  .strictObject({
    honour: z.literal("rfc9111").default("rfc9111").meta({
      description: "Whose rules decide what is stored and served: those of RFC 9111 for a cache that many share",
    }),
    most: size.prefault("64MiB").meta({ description: "Memory of this route's cache over all gateway threads" }),
    entry_most: size
      .optional()
      .meta({ description: "Largest answer that is kept. Default: 4MiB, or `most` where that is less" }),
    methods: z
      .array(z.enum(["GET", "HEAD"]))
      .min(1)
      .default(["GET", "HEAD"])
      .meta({
        description: "Methods that are answered from the cache. Answers to GET are stored; they serve HEAD too",
      }),
    when_silent: duration.optional().meta({
      description:
        "Beyond the RFC: how long an answer is fresh that says nothing of it (no max-age, s-maxage, Expires, no-cache). Default: not at all",
    }),
    heuristic: z.enum(["off", "last-modified"]).default("off").meta({
      description:
        "last-modified: an answer that says nothing is fresh for a tenth of its age since Last-Modified, at most 24h (RFC 9111 section 4.2.2)",
    }),
    stale_while_revalidate: duration.optional().meta({
      description:
        "Where an answer does not say it itself (RFC 5861): how long past its time it is served while one call asks anew. Default: not at all",
    }),
    stale_if_error: duration.optional().meta({
      description:
        "Where an answer does not say it itself (RFC 5861): how long past its time it is served when the upstream fails (5xx, no connection, silence). Default: not at all",
    }),
    client_directives: z.enum(["obey", "ignore"]).default("obey").meta({
      description:
        "ignore: as delivery networks do, against the RFC, what clients say in Cache-Control and Pragma has no effect, so no client can reach the upstream at will",
    }),
    collapse: z.boolean().default(true).meta({
      description: "Calls for the same answer wait for the one that asks the upstream already",
    }),
    collapse_wait: duration
      .refine((ms) => ms > 0 && ms <= 60_000, "expected more than 0 and at most 60s")
      .prefault("5s")
      .meta({ description: "How long they wait before they ask for themselves" }),
    key: CacheKeySettings.prefault({}),
    variants_most: z
      .int()
      .min(1)
      .max(1000)
      .default(32)
      .meta({ description: "Answers of one address that are kept because `Vary` tells them apart" }),
    tags: z
      .strictObject({
        headers: z
          .array(HeaderName)
          .max(4)
          .prefault(["cache-tag", "surrogate-key"])
          .meta({ description: "Answer headers with tags to purge by, between commas or spaces" }),
        pass: z.boolean().default(false).meta({ description: "The client sees them too" }),
      })
      .prefault({})
      .meta({ description: "Labels that answers carry, to clear them by" }),
    status_header: z
      .boolean()
      .default(true)
      .meta({ description: "Say in `Cache-Status` (RFC 9211) how the cache took part" }),
  })
  .refine(({ entry_most, most }) => entry_most === undefined || entry_most <= most, {
    path: ["entry_most"],
    error: "is larger than `most`, the whole cache of the route",
  })
  .transform((settings) => ({ ...settings, entry_most: settings.entry_most ?? Math.min(ENTRY_BYTES, settings.most) }))
  .meta({ description: "HTTP cache (RFC 9111) of this route; left out: nothing is kept" });

export type CacheSettings = z.output<typeof CacheSettings>;
