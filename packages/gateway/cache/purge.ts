// What is cleared out of the caches: by address, tag or route, always inside one workspace.
import { canonicalTarget } from "../routing/canonical-path.ts";
import type { CacheStore, Place } from "./store.ts";

export type Purge = {
  workspace: string;
  /** shop.example.com/orders/1?q=2, as it is kept, or with its scheme and port; a last `*` stands for any rest. */
  url?: string;
  /** `url` is as it is kept, and means itself also where it ends in `*`. */
  exact?: true;
  tag?: string;
  /** routes.orders */
  subject?: string;
};

/** Whether it means this. Of an answer whose tags are not known yet it may be meant. */
export function clears(purge: Purge, place: Place, tags: readonly string[] | undefined): boolean {
  if (purge.workspace !== place.workspace) return false;
  if (purge.subject !== undefined && purge.subject !== place.subject) return false;
  if (purge.tag !== undefined && tags !== undefined && !tags.includes(purge.tag)) return false;
  if (purge.url === undefined) return true;
  return isOpen(purge) ? place.url.startsWith(purge.url.slice(0, -1)) : place.url === purge.url;
}

/** Whether it means more than one address. */
export function isOpen({ url, exact }: Purge): boolean {
  return url === undefined || (!exact && url.endsWith("*"));
}

/** Kept answers that went. An address that cannot be one clears nothing. */
export function purgeHere(store: CacheStore, purge: Purge): number {
  if (purge.url === undefined || purge.exact) return store.purge(purge);
  const url = asKept(purge.url);
  return url === undefined ? 0 : store.purge({ ...purge, url });
}

/** Without scheme and port, the path as it is matched: how places name addresses. */
function asKept(url: string): string | undefined {
  const match = /^(?:https?:\/\/)?([^/?#]*)([^#]*)/i.exec(url) as string[];
  const host = (match[1] as string).toLowerCase().replace(/:\d+$/, "");
  const rest = match[2] as string;
  const open = rest.endsWith("*");
  const target = canonicalTarget((open ? rest.slice(0, -1) : rest) || "/");
  if (!target.ok) return undefined;
  const { path, query } = target.value;
  return `${host}${path}${query === undefined ? "" : `?${query}`}${open ? "*" : ""}`;
}
