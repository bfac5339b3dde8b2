// The way that a request took (RFC 9110 section 7.6.3), as far as it led through gateways like this one. Pure.

/** As what we stand in `Via`. */
export const OUR_HOP = "1.1 holdfast";

/** How often the request came through such a gateway before. */
export function ownHops(via: string): number {
  let hops = 0;
  for (const hop of via.split(",")) if (/^\s*\S+\s+holdfast(?=\s|$)/i.test(hop)) hops++;
  return hops;
}

/** What the next one reads. */
export function viaBehind(via: string | undefined): string {
  return via === undefined ? OUR_HOP : `${via}, ${OUR_HOP}`;
}

/** The same for those whom the rest of the way is no business of. */
export function ownViaBehind(via: string | undefined): string {
  return via === undefined ? OUR_HOP : `${`${OUR_HOP}, `.repeat(ownHops(via))}${OUR_HOP}`;
}
