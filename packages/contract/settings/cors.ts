// Which pages of other origins may call, and what they may see.
import { z } from "zod";
import { LowerHeaderName } from "./access.ts";
import { duration } from "./quantities.ts";

/** As browsers write them in `Origin`: a rule that is written otherwise would fit nobody. */
export const PageOrigin = z
  .string()
  .regex(
    /^(\*|https?:\/\/(\*\.)?([a-z0-9-]+\.)*[a-z0-9-]+(:\d{1,5})?|https?:\/\/\[[0-9a-f:]+\](:\d{1,5})?)$/,
    "expected an origin such as https://shop.example.com, https://*.example.com or *, in lower case and without a path",
  )
  .refine(
    (origin) => !/^(http:.*:80|https:.*:443)$/.test(origin),
    "leave out the port: browsers never write a default port",
  );

export const CorsSettings = z
  .strictObject({
    origins: z
      .array(PageOrigin)
      .min(1)
      .max(200)
      .meta({ description: "Origins of pages; `https://*.example.com` stands for every host below example.com" }),
    methods: z
      .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]))
      .min(1)
      .optional()
      .meta({ description: "Methods that pages may use. Default: those of the route" }),
    headers: z
      .array(LowerHeaderName)
      .max(100)
      .optional()
      .meta({ description: "Request headers that pages may set. Default: whatever a page asks for" }),
    exposed_headers: z
      .array(LowerHeaderName)
      .max(100)
      .default([])
      .meta({ description: "Answer headers that pages may read, beside `x-holdfast-ref` and `x-request-id`" }),
    credentials: z.boolean().default(false).meta({ description: "Pages may send cookies and client certificates" }),
    max_age: duration
      .refine((ms) => ms <= 86_400_000, "expected at most 24h: no browser keeps it longer")
      .prefault("10m")
      .meta({ description: "How long a browser may remember the answer to a preflight" }),
  })
  .refine(({ origins }) => !origins.includes("*") || origins.length === 1, {
    path: ["origins"],
    error: "`*` already means every origin: leave the others out",
  })
  .refine(({ origins, credentials }) => !credentials || !origins.includes("*"), {
    path: ["credentials"],
    error: "cannot go with the origin `*`: any page could then act as its visitor. Name the origins",
  })
  .meta({ description: "Cross-origin calls (CORS): preflights are answered by the gateway" });

export type CorsSettings = z.output<typeof CorsSettings>;
