// The shape of `holdfast.yaml`: the one schema that validates files and API input, publishes the JSON Schema for editors and
// documents every default. It knows nothing of other objects: references between them are the plan compiler's subject.
import { LIMITS, parseDuration, parsePercent, parseRate, parseSize, type Rate, type Result } from "@holdfast/base";
import { z } from "zod";

/** A string with a unit; the parsed value comes out, and the JSON Schema shows the string. */
function quantity<T>(parse: (text: unknown) => Result<T, string>, description: string, examples: string[]) {
  return z
    .string({ error: (issue) => failureOf(parse(issue.input)) })
    .meta({ examples })
    .transform((text, context): T => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      context.issues.push({ code: "custom", message: parsed.error, input: text });
      return z.NEVER;
    })
    .meta({ description });
}

function failureOf(parsed: Result<unknown, string>): string {
  return parsed.ok ? "write it as text, in quotes" : parsed.error;
}

const duration = quantity<number>(parseDuration, "A duration with its unit", ["500ms", "5s", "10m", "2h", "7d"]);
const size = quantity<number>(parseSize, "A size with its unit", ["64KiB", "10MiB"]);
const percent = quantity<number>(parsePercent, "A share", ["5%", "0.5%"]);
const rate = quantity<Rate>(parseRate, "A count in a window", ["100 per 1m", "200k per 1h"]);

/** Names become part of URLs, record fields and file names. */
export const Name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_.-]{0,62}$/,
    "use 1 to 63 lower-case letters, digits, dashes, dots or underscores, beginning with a letter or digit",
  );

/**
 * `${env:NAME}` or `${file:/path}`; anything else is a literal, which the reader of settings refuses wherever the published
 * schema says `secret`: "whole" for the value itself, "password" for the password inside an address.
 */
const secret = z
  .string()
  .min(1)
  .meta({ description: "A secret by reference: ${env:NAME} or ${file:/path}", secret: "whole" });

const moment = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/,
    "expected a time with its offset from UTC such as 2026-12-01T09:00+01:00",
  )
  .refine((text) => !Number.isNaN(Date.parse(text)), "is not a time that exists")
  .meta({ description: "A time with its offset from UTC: 2026-12-01T09:00+01:00 or 2026-12-01T08:00Z" });

const httpUrl = z
  .string()
  .regex(
    /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
    "expected an address such as http://127.0.0.1:9001, without user, query or fragment",
  );

const named = <T extends z.ZodType>(of: T) => z.record(Name, of);

export const AccessSettings = z
  .enum(["api-key", "public"], { error: "say who may call: `api-key` or `public`" })
  .meta({ description: "Who may call. There is no default: a route without `access` does not compile." });

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

export const RateLimitSettings = z.strictObject({
  by: z.enum(["consumer", "route", "address"]).meta({ description: "What shares one counter" }),
  rate,
  burst: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: "Calls that may come at once; default: the rate's count" }),
});

export const CaptureSettings = z.strictObject({
  headers: z.enum(["none", "all"]).default("none").meta({ description: "Headers kept in the call record, scrubbed" }),
  payloads: percent.prefault("0%").meta({ description: "Share of calls whose bodies are kept, scrubbed and cut" }),
});

export const RollbackSettings = z.strictObject({
  watch: z
    .array(z.enum(["error_ratio"]))
    .min(1)
    .prefault(["error_ratio"])
    .meta({ description: "Measures that may call a release bad" }),
  against: Name.meta({ description: "The release that traffic goes back to" }),
  over: percent.prefault("5%").meta({ description: "The error ratio above which a release may be called bad" }),
  window: duration.prefault("2m").meta({ description: "How far back the comparison looks" }),
  least_calls: z
    .int()
    .min(10)
    .max(1_000_000)
    .default(100)
    .meta({ description: "Calls of the release below which nothing is decided" }),
  automatic: z.boolean().default(false).meta({ description: "Take traffic away without a person; it never gives any" }),
});

const Split = z.record(Name, percent).meta({ description: "Shares of traffic by release; they add up to 100%" });

export const RouteSettings = z.strictObject({
  match: z.strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9.-]+$/, "expected a host name in lower case, without port")
      .optional()
      .meta({ description: "Host name without port; left out: any host" }),
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, "expected a path that begins with / such as /orders/**")
      .meta({ description: "Literal segments, :name for one segment, ** at the end for any rest" }),
    methods: z
      .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
      .min(1)
      .optional()
      .meta({ description: "Left out: all methods" }),
  }),
  to: Name.meta({ description: "The service that answers" }),
  split: Split.optional(),
  rollback: RollbackSettings.optional(),
  access: AccessSettings,
  limits: named(RateLimitSettings).default({}),
  capture: CaptureSettings.prefault({}),
  body_most: size
    .optional()
    .meta({ description: "Largest request body; larger ones are refused. Default: no limit, bodies stream" }),
});

export const ConsumerSettings = z.strictObject({
  keys: z
    .array(secret)
    .min(1)
    .max(100)
    .meta({ description: "API keys; several, so that one can be replaced without a gap" }),
});

export const ProviderSettings = z.strictObject({
  kind: z.enum(["openai", "openai-compatible"]),
  url: httpUrl.optional().meta({
    description: "Base address including the version, such as http://127.0.0.1:11434/v1; needed for openai-compatible",
  }),
  key: secret.optional(),
});

const Target = z.string().regex(/^[a-z0-9_.-]+\/\S+$/, "expected provider/model such as openai/gpt-5-mini");

const ModelRelease = z.strictObject({
  targets: z
    .array(z.union([Target, z.strictObject({ fallback: Target })]))
    .min(1)
    .max(16)
    .meta({ description: "provider/model; the first is asked, a fallback when those before it fail" }),
});

export const ModelSettings = z.strictObject({
  access: AccessSettings,
  releases: named(ModelRelease).refine((all) => Object.keys(all).length > 0, "needs at least one release"),
  split: Split.optional(),
  rollback: RollbackSettings.optional(),
  limits: named(RateLimitSettings).default({}),
  capture: CaptureSettings.prefault({}),
  timeouts: TimeoutSettings.prefault({}),
  prices: z
    .strictObject({ input: z.number().min(0), output: z.number().min(0), cached_input: z.number().min(0).optional() })
    .optional()
    .meta({ description: "US dollars per million tokens, for models that the price table does not know" }),
});

export const SiteSettings = z.strictObject({
  origins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]+$/, "expected an origin such as https://shop.example.com"))
    .min(1)
    .meta({ description: "Pages that may send feedback" }),
  replies_from: z.email().optional().meta({ description: "Sender of mail to reporters; default: mail.from" }),
});

export const MailSettings = z.strictObject({
  smtp: z
    .string()
    .regex(/^smtps?:\/\/(\S*@)?[^\s/?#@]+\/?$/, "expected smtp://host:port, without path and options")
    .meta({ description: "smtp://[user:password@]host:port; the password by reference", secret: "password" }),
  from: z.email(),
});

export const ExitCriterionSettings = z.discriminatedUnion("measure", [
  z.strictObject({
    measure: z.literal("days_without_critical"),
    at_least: z.number().positive().meta({ description: "Days without a severity 1 issue" }),
  }),
  z.strictObject({
    measure: z.literal("error_ratio"),
    under: percent.meta({ description: "Level that the whole confidence interval stays under" }),
    over_last: duration.meta({ description: "How far back it looks" }),
  }),
]);

export const LaunchSettings = z.strictObject({
  scope: z.strictObject({ routes: z.array(Name).default([]), models: z.array(Name).default([]) }),
  window: z.strictObject({
    from: moment,
    until: moment,
  }),
  phase: z.enum(["prepare", "soft", "intense", "taper", "exit"]).default("prepare"),
  exit: named(ExitCriterionSettings).default({}),
});

export const Settings = z.strictObject({
  holdfast: z.literal(1, { error: "expected `holdfast: 1`, the format version" }),
  workspace: Name.default("default").meta({ description: "The tenant that all of this belongs to" }),
  allow_literal_secrets: z
    .boolean()
    .default(false)
    .meta({ description: "Accept secrets in plain text; for examples only" }),
  services: named(ServiceSettings).default({}).meta({ description: "APIs behind the gateway, each with its releases" }),
  routes: named(RouteSettings).default({}).meta({ description: "Rules that reach a service" }),
  consumers: named(ConsumerSettings).default({}).meta({ description: "Who calls, and with which keys" }),
  providers: named(ProviderSettings).default({}).meta({ description: "Who serves models" }),
  models: named(ModelSettings).default({}).meta({ description: "Aliases that applications call" }),
  sites: named(SiteSettings).default({}).meta({ description: "Where feedback may come from" }),
  mail: MailSettings.optional().meta({ description: "How reporters are written to; left out: no mail is sent" }),
  launches: named(LaunchSettings).default({}).meta({ description: "Scope, window, phase and exit criteria" }),
});

/** What a person writes. */
export type SettingsInput = z.input<typeof Settings>;
/** Parsed: quantities are numbers (milliseconds, bytes, shares of 1), defaults are filled in. */
export type Settings = z.output<typeof Settings>;
export type RouteSettings = z.output<typeof RouteSettings>;
export type ModelSettings = z.output<typeof ModelSettings>;
export type RollbackSettings = z.output<typeof RollbackSettings>;
export type ExitCriterion = z.output<typeof ExitCriterionSettings>;

export const SETTINGS_BYTES_MAX: number = LIMITS.settings_bytes_max;
