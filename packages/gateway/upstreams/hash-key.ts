// What leads a call to its upstream under consistent hashing. Pure.
import type { HashSettings } from "@holdfast/contract";

export type HashedCall = {
  readonly consumer: string | undefined;
  readonly client_address: string;
  /** `name` in lower case. */
  header(name: string): string | undefined;
};

/** A call that lacks what is asked for is led by its client's address. */
export function hashKey(call: HashedCall, hash: HashSettings | undefined): string {
  return keyOf(call, hash) ?? call.client_address;
}

function keyOf(call: HashedCall, hash: HashSettings | undefined): string | undefined {
  switch (hash?.by) {
    case "consumer":
      return call.consumer;
    case "header":
      return call.header((hash.name ?? "").toLowerCase());
    case "cookie":
      return cookieOf(call.header("cookie"), hash.name ?? "");
    default:
      return undefined;
  }
}

/** Value of the first cookie of this name (RFC 6265 section 5.4). */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
