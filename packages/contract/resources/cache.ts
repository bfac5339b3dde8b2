// What is cleared out of the gateway's caches, and what came of it.
import { z } from "zod";
import { Name } from "../settings/quantities.ts";

export const PurgeInput = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .max(8192)
      .regex(/^[^\s#]+$/, "expected an address without spaces, and without what stands behind #")
      .optional()
      .describe(
        "An address as clients see it, such as https://shop.example.com/orders/1?page=2; its scheme and port do not matter, its query does. A last * stands for any rest",
      ),
    tag: z
      .string()
      .regex(/^[^\s,]{1,256}$/, "expected one tag, without spaces and commas")
      .optional()
      .describe("A tag that answers carried, as in `Cache-Tag` or `Surrogate-Key`"),
    route: Name.optional().describe("Only what this route keeps"),
  })
  .refine(
    (purge) => Object.keys(purge).length > 0,
    "say what: url, tag or route; together they mean what fits all of them",
  );
export type PurgeInput = z.infer<typeof PurgeInput>;

export const Purged = z.object({
  answers: z
    .int()
    .describe("Kept answers that went, over all gateway workers; what is fetched at present is not kept when it comes"),
  nodes: z
    .array(z.object({ node: z.string(), answers: z.int() }))
    .describe("Gateway nodes that have cleared, this one first, and how many answers went there"),
  missing: z
    .array(z.string())
    .describe("Nodes that did not say in time that they have; each clears when Redis answers it again"),
});
export type Purged = z.infer<typeof Purged>;
