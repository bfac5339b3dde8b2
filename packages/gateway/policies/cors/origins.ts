// Whether an origin is one of those that settings name. Pure.

export type OriginRule = (origin: string) => boolean;

/** `*`; `https://shop.example.com`; `https://*.example.com` for every host below example.com, however deep. */
export function originRule(origins: readonly string[]): OriginRule {
  if (origins.includes("*")) return () => true;
  const exact = new Set(origins.filter((origin) => !origin.includes("*")));
  const below = origins.filter((origin) => origin.includes("*")).map((origin) => origin.split("*") as [string, string]);
  if (below.length === 0) return (origin) => exact.has(origin);
  return (origin) => exact.has(origin) || below.some(([scheme, rest]) => isBelow(origin, scheme, rest));
}

const LABELS = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** `rest` begins with a dot, so `evilexample.com` is not below `example.com`. */
function isBelow(origin: string, scheme: string, rest: string): boolean {
  if (!origin.startsWith(scheme) || !origin.endsWith(rest)) return false;
  return LABELS.test(origin.slice(scheme.length, origin.length - rest.length));
}
