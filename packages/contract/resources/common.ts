// What all resources of the control API share: pages, roles, people.
import { LIMITS } from "@holdfast/base";
import { z } from "zod";

export const Instant = z.int().describe("Milliseconds since the Unix epoch");

/** Each role may do all that the one before it may. viewer reads; operator works issues and acts; admin changes settings and people. */
export const Role = z.enum(["viewer", "operator", "admin"]);
export type Role = z.infer<typeof Role>;

export const PageQuery = z.object({
  cursor: z.string().optional().describe("`next` of the page before"),
  limit: z.coerce.number().int().min(1).max(LIMITS.page_items_max).default(LIMITS.page_items_default),
});
export type PageQuery = z.infer<typeof PageQuery>;

export type Page<T> = { items: T[]; next: string | null };

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const PersonRef = z.object({ id: z.string(), name: z.string() });
export type PersonRef = z.infer<typeof PersonRef>;

/** Who did something: a person, a token, or the product by itself. */
export const Actor = z.object({
  kind: z.enum(["person", "token", "system", "reporter"]),
  id: z.string().nullable(),
  name: z.string(),
});
export type Actor = z.infer<typeof Actor>;

export const SYSTEM: Actor = { kind: "system", id: null, name: "Holdfast" };
