// Who the client is, behind proxies that the operator trusts: `X-Forwarded-For` is read from the right, and only as far as each
// word comes from somebody who is trusted. Everything to the left of that anybody could have written. Pure.
import { isIP } from "node:net";
import { LIMITS } from "@holdfast/base";
import { headerOf } from "../headers/header-list.ts";
import type { Exchange } from "../transport/listener.ts";
import type { ProxyTrust } from "./trusted-proxies.ts";

export type Forwarded = {
  client_address: string;
  /** `X-Forwarded-For` for the upstream: the addresses from the client on, then the proxy that spoke to us. */
  chain: string;
  /** What the client spoke to the outermost proxy; undefined: what the proxy speaks to us. */
  scheme: "http" | "https" | undefined;
  /** The host that the client asked for. */
  host: string | undefined;
};

type Peer = Pick<Exchange, "remote_address" | "headers">;

/** Undefined: the peer is not trusted, so it is the client, whatever it says. */
export function readForwarded({ remote_address, headers }: Peer, trusts: ProxyTrust): Forwarded | undefined {
  if (!trusts(remote_address, 1)) return undefined;
  const hops = walk(headerOf(headers, "x-forwarded-for"), remote_address, trusts);
  return {
    client_address: hops[0] as string,
    chain: hops.join(", "),
    scheme: schemeOf(headerOf(headers, "x-forwarded-proto")),
    host: hostOf(headerOf(headers, "x-forwarded-host")),
  };
}

/** The client first; the peer last. A word that is no address ends the walk, as the leftmost one does: who was found by then is the client. */
function walk(said: string | undefined, peer: string, trusts: ProxyTrust): string[] {
  const hops = [peer];
  const before = said === undefined ? [] : said.split(",");
  while (before.length > 0 && hops.length <= LIMITS.proxy_hops_max && trusts(hops[0] as string, hops.length)) {
    const address = addressOf(before.pop() as string);
    if (address === undefined) break;
    hops.unshift(address);
  }
  return hops;
}

/** `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; undefined for anything else. */
function addressOf(hop: string): string | undefined {
  const text = hop.trim();
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : bare;
}

/** Of a list the rightmost: the one that our own proxy wrote. */
function schemeOf(said: string | undefined): Forwarded["scheme"] {
  const last = said?.split(",").at(-1)?.trim().toLowerCase();
  return last === "http" || last === "https" ? last : undefined;
}

function hostOf(said: string | undefined): string | undefined {
  const last = said?.split(",").at(-1)?.trim();
  return last !== undefined && /^[\w.:[\]-]{1,255}$/.test(last) ? last : undefined;
}
