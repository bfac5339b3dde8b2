// Which requests a route takes. What goes before what when several routes fit is gateway/routing/router.ts.
import { z } from "zod";
import { LowerHeaderName } from "./access.ts";

const HOST = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$|^\[[0-9a-f:.]+\]$/;
const HOST_HINT = "expected a host name in lower case, without port, such as shop.example.com or *.example.com";

export const HostPattern = z.string().max(255).regex(HOST, HOST_HINT);
const PathPattern = z
  .string()
  .max(2048)
  .regex(/^\/[^\s?#]*$/, "expected a path that begins with / and has no space, ? or #, such as /orders/**");

const oneOrSeveral = <T extends z.ZodType>(of: T) => z.union([of, z.array(of).min(1).max(64)]);

const ValueText = z.string().min(1).max(1024);

/** Exactly one of them decides. */
const ValueRule = z
  .strictObject({
    exact: ValueText.optional().meta({ description: "The value is this one" }),
    one_of: z.array(ValueText).min(1).max(64).optional().meta({ description: "The value is one of these" }),
    prefix: ValueText.optional().meta({ description: "The value begins with this" }),
    regex: ValueText.optional().meta({
      description: "The whole value matches this pattern (RE2: linear time, no look-around, no back references)",
    }),
    present: z
      .boolean()
      .optional()
      .meta({ description: "true: it was sent, whatever it says; false: it was not sent" }),
  })
  .refine((rule) => Object.values(rule).filter((value) => value !== undefined).length === 1, {
    error: "names exactly one of exact, one_of, prefix, regex and present",
  });

const ValueMatch = z.union([ValueRule, ValueText]).meta({ description: "A text is the exact value" });
export type ValueMatch = z.output<typeof ValueMatch>;

const is = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, "expected a version such as 2, v2 or 2026-01-01")
  .meta({ description: "The version that this route serves" });
const byDefault = z.boolean().default(false).meta({ description: "Also serves calls that name no version" });

export const VersionSettings = z
  .discriminatedUnion("by", [
    z.strictObject({
      by: z.literal("path").meta({ description: "The version comes before every path of `match`, as in /v2/orders" }),
      is,
    }),
    z.strictObject({
      by: z.literal("header").meta({ description: "The version is the value of a header" }),
      name: LowerHeaderName.default("api-version").meta({ description: "Header that says the version" }),
      is,
      default: byDefault,
    }),
    z.strictObject({
      by: z.literal("query").meta({ description: "The version is the value of a query parameter" }),
      name: z
        .string()
        .min(1)
        .max(200)
        .default("api-version")
        .meta({ description: "Query parameter that says the version" }),
      is,
      default: byDefault,
    }),
    z.strictObject({
      by: z
        .literal("media-type")
        .meta({ description: "`Accept` names the version, within the media type or as its parameter" }),
      name: z
        .string()
        .regex(/^[a-z0-9][a-z0-9!#$&^_.-]{0,99}$/, "expected the beginning of a subtype such as vnd.acme")
        .meta({ description: "The subtype before the version: vnd.acme for application/vnd.acme.v2+json" }),
      is,
      default: byDefault,
    }),
  ])
  .meta({
    description:
      "Serves one version of an API beside others. `path`: the version comes before every path of `match`; `header` and `query`: it is the value; `media-type`: `Accept` names it, as application/<name>.v<is>+json or with ;version=<is>",
  });
export type VersionSettings = z.output<typeof VersionSettings>;

export const MatchSettings = z.strictObject({
  host: oneOrSeveral(HostPattern).optional().meta({
    description: "Host names without port; `*.example.com` stands for one or more labels before it; left out: any host",
  }),
  path: oneOrSeveral(PathPattern).meta({
    description: "Literal segments, :name for one segment, ** at the end for any rest. One, or a list",
  }),
  methods: z
    .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
    .min(1)
    .optional()
    .meta({ description: "Left out: all methods" }),
  headers: z
    .record(LowerHeaderName, ValueMatch)
    .optional()
    .meta({ description: "Headers that a request must have; several lines of one are joined with `, `" }),
  query: z
    .record(z.string().min(1).max(200), ValueMatch)
    .optional()
    .meta({ description: "Query parameters that a request must have, decoded; the first of a name counts" }),
  version: VersionSettings.optional(),
});
export type MatchSettings = z.output<typeof MatchSettings>;

/** Written as one or as several. */
export function listOf<T>(written: T | T[] | undefined): T[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? written : [written];
}

/** The paths of a route, the version before them where it is part of the path. */
export function pathsOf({ path, version }: Pick<MatchSettings, "path" | "version">): string[] {
  const before = version?.by === "path" ? `/${version.is}` : "";
  return listOf(path).map((each) => (before !== "" && each === "/" ? before : `${before}${each}`));
}
