// Addresses of people are kept only as far as they tell networks apart: IPv4 without its last octet, IPv6 cut to /48. Pure.
import { groupsOf } from "./network.ts";

/** Callers come back. */
let last_address = "";
let last_shown: string | null = null;

/** 192.0.2.17 → 192.0.2.0; 2001:db8:1:2::3 → 2001:db8:1::. Null for what is no address. */
export function anonymousAddress(address: string): string | null {
  if (address === last_address) return last_shown;
  last_shown = shown(address);
  last_address = address;
  return last_shown;
}

function shown(address: string): string | null {
  if (address.includes(":")) return `${groupsOf(address).slice(0, 3).join(":")}::`;
  const dot = address.lastIndexOf(".");
  return dot < 0 ? null : `${address.slice(0, dot)}.0`;
}
