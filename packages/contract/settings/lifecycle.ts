// The life of a route or model: not served yet, served, on its way out, gone; and when it is not served for a while.
import { z } from "zod";
import { Subnets } from "./addresses.ts";
import { duration, httpUrl, moment, Name, percent } from "./quantities.ts";

const Link = z.union([httpUrl, z.string().regex(/^\/[^\s<>"]*$/, "expected an address, or a path that begins with /")]);

const BrownOut = z
  .strictObject({
    from: moment.meta({ description: "When the window begins: 2026-12-01T09:00+01:00 or 2026-12-01T08:00Z" }),
    until: moment.meta({ description: "When it ends, written alike" }),
    share: percent.prefault("100%").meta({ description: "Share of calls that are answered 410 in this window" }),
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), { error: "is not after `from`", path: ["until"] });

export const LifecycleSettings = z
  .strictObject({
    state: z.enum(["draft", "published", "deprecated", "retired"]).default("published").meta({
      description:
        "draft: compiled and not served; published; deprecated: served, and says so; retired: answers 410 with a link to the successor",
    }),
    deprecated_at: moment.optional().meta({ description: "Sent as `Deprecation` (RFC 9745); may lie ahead" }),
    sunset_at: moment.optional().meta({ description: "When it will stop working; sent as `Sunset` (RFC 8594)" }),
    after_sunset: z
      .enum(["serve", "retire"])
      .default("serve")
      .meta({ description: "`retire`: from `sunset_at` on it answers as retired, by itself" }),
    links: z
      .strictObject({
        deprecation: Link.optional().meta({ description: "Page about the deprecation (RFC 9745 section 3)" }),
        sunset: Link.optional().meta({ description: "Page about the end (RFC 8594 section 6)" }),
        successor: Link.optional().meta({ description: "The successor, as rel=successor-version (RFC 5829)" }),
      })
      .prefault({})
      .meta({
        description: "Sent as `Link` by what is deprecated or retired; each is an address, or a path of this gateway",
      }),
    brown_outs: z
      .array(BrownOut)
      .max(100)
      .default([])
      .meta({ description: "Windows in which callers of a deprecated API notice: calls are answered 410" }),
  })
  .check(({ value, issues }) => {
    const tell = (key: string, message: string) =>
      void issues.push({ code: "custom", message, input: value, path: [key] });
    const { state, deprecated_at, sunset_at, brown_outs, after_sunset } = value;
    if (state === "deprecated" && deprecated_at === undefined)
      tell("deprecated_at", "is missing: since when it is deprecated, or from when on");
    if ((state === "draft" || state === "published") && (deprecated_at ?? sunset_at) !== undefined)
      tell("state", `${state} contradicts deprecated_at and sunset_at: write deprecated`);
    // RFC 9745 section 4.
    if (deprecated_at !== undefined && sunset_at !== undefined && Date.parse(sunset_at) < Date.parse(deprecated_at))
      tell("sunset_at", "is before `deprecated_at`");
    if (brown_outs.length > 0 && state !== "deprecated") tell("brown_outs", "are for deprecated routes only");
    if (after_sunset === "retire" && sunset_at === undefined) tell("after_sunset", "needs `sunset_at`");
  })
  .meta({ description: "Where it is in its life: not served yet, served, on its way out, gone" });
export type LifecycleSettings = z.output<typeof LifecycleSettings>;

export const MaintenanceSettings = z
  .strictObject({
    from: moment.optional().meta({ description: "Default: at once" }),
    until: moment.optional().meta({ description: "Default: until it is taken out of the settings" }),
    message: z
      .string()
      .min(1)
      .max(500)
      .default("This API is under maintenance.")
      .meta({ description: "What callers are told" }),
    retry_after: duration.prefault("5m").meta({ description: "Sent as `Retry-After` where `until` is left out" }),
    except: z
      .strictObject({
        consumers: z.array(Name).max(1000).default([]).meta({ description: "Consumers, or groups of them" }),
        addresses: Subnets.optional().meta({ description: "Client addresses or subnets" }),
      })
      .prefault({})
      .meta({ description: "Who is served nevertheless" }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || Date.parse(from) < Date.parse(until), {
    error: "is not after `from`",
    path: ["until"],
  })
  .meta({ description: "Answers 503 with `Retry-After`" });
export type MaintenanceSettings = z.output<typeof MaintenanceSettings>;

/** What routes and models share of their lives. */
export const LifecycleFields = {
  lifecycle: LifecycleSettings.optional(),
  enabled: z.boolean().default(true).meta({ description: "The switch: false serves nobody" }),
  when_disabled: z
    .union([z.literal(503), z.literal(404)])
    .default(503)
    .meta({ description: "What a route or model that is not enabled answers" }),
  maintenance: MaintenanceSettings.optional(),
};
