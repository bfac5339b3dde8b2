// Which proxies before the gateway are believed about the client: those of these subnets, or so many of them, wherever they are.
// How far their word reaches is forwarded.ts. Pure.
import { addressSet } from "@holdfast/base";

/** `hops`: how many proxies stand before the gateway, from 1; who connects to us is the first of them. */
export type TrustedProxies = { subnets: readonly string[] } | { hops: number };

/** Whether whoever has `address` is believed. `hop`: their distance from us; 1 is the peer of the connection. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** @throws RangeError for a subnet that `parseSubnet` refuses. */
export function proxyTrust(trusted: TrustedProxies): ProxyTrust {
  if ("hops" in trusted) return (_address, hop) => hop <= trusted.hops;
  return addressSet(trusted.subnets);
}
