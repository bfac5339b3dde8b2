// Addresses in an answer that name the upstream itself, as the client must say them: an internal address is nothing to tell, and leads
// past the gateway. What nginx does by `proxy_redirect default`. Looked at only where an answer has such a header.
import type { PlanRoute } from "@holdfast/contract";
import type { Subject } from "../runtime/runtime.ts";
import { prefixOf } from "../upstreams/upstreams.ts";
import type { Call } from "./call.ts";

/** `origin`: scheme, host and port as URLs write them. */
type Address = { origin: string; prefix: string };

/** In place: `location` and `content-location` of an upstream's answer. */
export function rewriteLocations(call: Call, flat: string[]): void {
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index];
    if (name === "location" || name === "content-location")
      flat[index + 1] = locationForClient(call, flat[index + 1] as string);
  }
}

/** Unchanged, unless it is a whole address, and an upstream's of this route. */
export function locationForClient(call: Call, location: string): string {
  const { plan } = call.subject as Subject;
  if (plan.kind !== "route" || plan.rewrite?.location === "keep") return location;
  const [, authority, rest = ""] = /^((?:https?:)?\/\/[^/?#]*)(.*)$/is.exec(location) ?? [];
  if (authority === undefined) return location;
  const all = addressesOf(plan);
  const own = all.filter(({ origin }) => URL.parse(authority, origin)?.origin === origin);
  const [, path = "", behind = ""] = /^([^?#]*)(.*)$/s.exec(rest) as RegExpExecArray;
  const address = own.find(({ prefix }) => isBelow(path, prefix)) ?? own[0];
  if (!address) return location;
  const host = call.forwarded?.host ?? call.headers.host;
  const gateway = host === undefined ? "" : `${call.scheme}://${host}`;
  return `${gateway}${pathForClient(plan, path, address) || "/"}${behind}`;
}

/** What the route made of the path on its way to the upstream is undone as far as it can be. */
function pathForClient({ rewrite }: PlanRoute, path: string, address: Address): string {
  const { strip = "", prefix = "" } = rewrite ?? {};
  if (!isBelow(path, address.prefix)) return path;
  const below = path.slice(address.prefix.length);
  // A service that reads X-Forwarded-Prefix has put it there already.
  if (!isBelow(below, prefix) || (strip !== "" && isBelow(below, strip))) return below;
  return strip + below.slice(prefix.length);
}

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || prefix === "" || path[prefix.length] === "/");
}

const addresses = new WeakMap<PlanRoute, readonly Address[]>();

/** Of all releases: an answer out of the cache does not say whose it was. Under a host of the settings they have two names. */
function addressesOf(plan: PlanRoute): readonly Address[] {
  const known = addresses.get(plan);
  if (known) return known;
  const host = plan.rewrite?.host;
  const targets = plan.releases.flatMap(({ targets, fallback }) => [...targets, ...(fallback?.targets ?? [])]);
  const made = targets.flatMap((target): Address[] => {
    const url = new URL(target.url);
    const named = host === undefined || host === "preserve" ? null : URL.parse(`${url.protocol}//${host}`);
    const prefix = prefixOf(url);
    return [{ origin: url.origin, prefix }, ...(named ? [{ origin: named.origin, prefix }] : [])];
  });
  addresses.set(plan, made);
  return made;
}
