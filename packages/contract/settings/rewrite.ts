// How the path and the host of a request become those that its upstream gets.
import { z } from "zod";
import { HostPattern } from "./match.ts";
import { TemplateText } from "./transform.ts";

const PlainPath = z
  .string()
  .max(1024)
  .regex(/^(\/[A-Za-z0-9\-._~!$&'()+,;=:@]+)+$/, "expected plain segments such as /api/v2, without a slash at the end");

export const RewriteSettings = z
  .strictObject({
    strip: PlainPath.optional().meta({
      description:
        "Taken off the beginning of the path, and told in `X-Forwarded-Prefix`; every path of `match` has it",
    }),
    prefix: PlainPath.optional().meta({ description: "Put before what is left of the path" }),
    path: TemplateText.refine((path) => path.startsWith("/"), "begins with /")
      .optional()
      .meta({
        description: "The whole path, in place of `strip` and `prefix`: /internal/{param.id} or /v2/{param.**}",
      }),
    host: z
      .union([z.enum(["upstream", "preserve"]), HostPattern.refine((host) => !host.startsWith("*"), "names one host")])
      .default("upstream")
      .meta({
        description:
          "The Host header: the upstream's own (`upstream`), the client's (`preserve`), or a name written here",
      }),
    location: z.enum(["rewrite", "keep"]).default("rewrite").meta({
      description:
        "Of an answer: `Location` and `Content-Location` that name an upstream of the route say scheme and host that the client used instead, with `strip` and `prefix` undone; or they stay as they came",
    }),
  })
  .refine(({ path, strip, prefix }) => path === undefined || (strip === undefined && prefix === undefined), {
    error: "excludes `strip` and `prefix`: it is the whole path",
    path: ["path"],
  })
  .meta({
    description:
      "What the upstream gets for path and host, and what of it is undone in answers. Default: the path as it came, the upstream's own host",
  });
export type RewriteSettings = z.output<typeof RewriteSettings>;
