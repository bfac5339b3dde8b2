// How traffic is shared between releases, who is sent where whatever the shares, how shares grow, and when they are taken back.
import { z } from "zod";
import { deadline, duration, Name, percent, size } from "./quantities.ts";

export const RollbackSettings = z
  .strictObject({
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
    automatic: z
      .boolean()
      .default(false)
      .meta({ description: "Take traffic away without a person; it never gives any" }),
  })
  .meta({ description: "When a release counts as bad, and where its traffic goes back to" });

export const SplitSettings = z
  .record(Name, percent.meta({ description: "What this release gets" }))
  .meta({ description: "Shares of traffic by release; they add up to 100%" });

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const token = z.string().regex(TOKEN, "is not a name that a header or cookie can have");
/** `"*"`: it is there, whatever it says. */
const fields = z
  .record(
    token,
    z.string().min(1).max(1024).meta({ description: 'The exact value; "*": it was sent, whatever it says' }),
  )
  .refine((all) => Object.keys(all).length > 0, "needs at least one name");

export const PickSettings = z
  .strictObject({
    header: fields.optional().meta({ description: 'Headers and their exact values; "*" takes any value' }),
    cookie: fields.optional().meta({ description: 'Cookies and their exact values; "*" takes any value' }),
    consumer: z.array(Name).min(1).max(1000).optional().meta({ description: "Consumers, or groups of consumers" }),
    release: Name.meta({ description: "The release that serves such calls, also where it has no share" }),
  })
  .refine(({ header, cookie, consumer }) => header || cookie || consumer, "needs a header, a cookie or a consumer");

export const StickySettings = z
  .discriminatedUnion("by", [
    z.strictObject({
      by: z.literal("consumer").meta({ description: "The consumer, else the client's address. The default" }),
    }),
    z.strictObject({ by: z.literal("address").meta({ description: "The client's address" }) }),
    z.strictObject({
      by: z.literal("header").meta({ description: "The value of a header" }),
      name: token.meta({ description: "Name of the header" }),
    }),
    z.strictObject({
      by: z.literal("cookie").meta({ description: "The value of a cookie" }),
      name: token.meta({ description: "A cookie of the application" }),
    }),
    z.strictObject({
      by: z.literal("own_cookie").meta({ description: "A place that the client keeps in a cookie of the gateway" }),
      name: token.default("holdfast_place").meta({ description: "The cookie that the gateway sets" }),
      for: duration.prefault("30d").meta({ description: "How long a client keeps it" }),
    }),
    z.strictObject({ by: z.literal("nothing").meta({ description: "Each call is placed by chance" }) }),
  ])
  .meta({
    description:
      "What keeps a caller with a release. A call without it is placed by its consumer, else by its address. `own_cookie`: a cookie that the gateway sets; `nothing`: each call by chance",
  });

export const ShadowSettings = z
  .strictObject({
    to: Name.meta({ description: "The release that gets copies; its answers reach nobody" }),
    share: percent.prefault("100%").meta({ description: "Share of calls that are copied" }),
    methods: z
      .array(z.enum(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]))
      .min(1)
      .prefault(["GET", "HEAD", "OPTIONS"])
      .meta({ description: "Methods that are copied. Others than these change things, twice" }),
    body_most: size
      .prefault("64KiB")
      .refine((bytes) => bytes <= 1024 * 1024, "at most 1MiB is copied")
      .meta({ description: "Calls with a larger body are not copied, and counted" }),
    at_once: z
      .int()
      .min(1)
      .max(1000)
      .default(32)
      .meta({ description: "Copies on their way at once in one gateway worker; more are dropped, and counted" }),
    timeout: deadline.prefault("10s").meta({ description: "A copy that takes longer is given up" }),
  })
  .meta({ description: "Copies calls to another release once the client has its answer, and compares what it says" });

export const PromoteSettings = z
  .strictObject({
    to: Name.meta({ description: "The release that gets more and more" }),
    steps: z
      .array(
        z.strictObject({
          share: percent.meta({ description: "What it gets in this step" }),
          for: duration.meta({ description: "How long at least" }),
        }),
      )
      .min(1)
      .max(50)
      .meta({ description: "After the last one it gets everything" }),
    on_failure: z
      .enum(["roll back", "pause"])
      .default("roll back")
      .meta({ description: "What happens when a detector finds the release bad" }),
    least_calls: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .meta({ description: "Calls of the release without which no step ends. Default: those of `rollback`" }),
    start: z
      .enum(["by hand", "at once"])
      .default("by hand")
      .meta({ description: "`at once`: as soon as settings declare it, once for each change of it" }),
  })
  .meta({ description: "Gives a release its traffic in steps, each of which has to go well" });

/** What routes and models share about their releases. */
export const ReleaseFields = {
  split: SplitSettings.optional(),
  pick: z.array(PickSettings).min(1).max(100).optional().meta({
    description: "Who is sent where, before the split is asked; the first rule that fits decides",
  }),
  sticky: StickySettings.optional(),
  promote: PromoteSettings.optional(),
  rollback: RollbackSettings.optional(),
};

export type RollbackSettings = z.output<typeof RollbackSettings>;
export type PickSettings = z.output<typeof PickSettings>;
export type StickySettings = z.output<typeof StickySettings>;
export type ShadowSettings = z.output<typeof ShadowSettings>;
export type PromoteSettings = z.output<typeof PromoteSettings>;
