// Routes that the gateway answers itself: a redirect, or the same answer for everybody.
import { z } from "zod";
import { LowerHeaderName } from "./access.ts";
import { isReservedHeader, TemplateText } from "./transform.ts";

const REDIRECTS = [301, 302, 303, 307, 308] as const;

export const RedirectSettings = z
  .strictObject({
    to: TemplateText.refine((to) => /^(\/(?!\/)|https?:\/\/[^/?#\s]+)/.test(to), {
      error: "begins with /, or with http:// or https:// and a host",
    }).meta({
      description:
        "Where to: a path, or a whole address. Takes {param.id}, {param.**} for what `**` stood for, {path}, {host}, {query.q}; {{ is a brace",
    }),
    status: z
      .union(REDIRECTS.map((status) => z.literal(status)))
      .default(307)
      .meta({
        description:
          "301 and 308 are kept by clients for good; 307 and 308 keep the method; 303 turns it into GET (RFC 9110 section 15.4)",
      }),
    query: z.enum(["keep", "drop"]).default("keep").meta({ description: "The query of the request" }),
  })
  .meta({ description: "In place of `to`: sends the client elsewhere" });
export type RedirectSettings = z.output<typeof RedirectSettings>;

const AnswerHeader = LowerHeaderName.refine((name) => !isReservedHeader(name) && name !== "content-type", {
  error: "cannot be set here: it frames the message, belongs to the connection or the gateway, or is `content_type`",
});
/** RFC 9110 section 5.5, without obsolete text. */
const HeaderValue = z
  .string()
  .max(4096)
  .regex(/^[\x20-\x7e]*$/, "may only have printable ASCII characters");
const hasNoBody = (status: number): boolean => status === 204 || status === 304;

export const RespondSettings = z
  .strictObject({
    status: z.int().min(200).max(599).default(200).meta({ description: "Status of the answer" }),
    headers: z
      .record(AnswerHeader, HeaderValue.meta({ description: "Value of the header, in printable ASCII" }))
      .default({})
      .meta({ description: "Headers of the answer, beside those that the gateway sets" }),
    content_type: HeaderValue.default("text/plain; charset=utf-8").meta({
      description: "`Content-Type` of the answer",
    }),
    body: z
      .string()
      .max(65_536)
      .default("")
      .meta({ description: "Body of the answer, at most 65,536 characters; 204 and 304 have none" }),
  })
  .refine(({ status, body }) => !hasNoBody(status) || body === "", {
    error: "204 and 304 have no body",
    path: ["body"],
  })
  .meta({ description: "In place of `to`: the same answer for every call, without an upstream" });
export type RespondSettings = z.output<typeof RespondSettings>;
