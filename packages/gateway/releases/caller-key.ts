// What a caller sticks to: the text that gives them their place among the releases of a subject. Decided once for each subject;
// only one that says something about it comes here at all.
import type { StickySettings } from "@holdfast/contract";
import { cookieOf } from "../upstreams/hash-key.ts";

/** What of a call decides where it goes. */
export type PlacedCall = {
  readonly id: string;
  readonly scheme: "http" | "https";
  readonly consumer: string | undefined;
  readonly client_address: string;
  header(name: string): string | undefined;
  readonly reply_headers: string[];
};

export type CallerKey = (call: PlacedCall) => string;

/** Of a call that lacks what its subject sticks to, and of subjects that say nothing. */
export function usualKey(call: Pick<PlacedCall, "consumer" | "client_address">): string {
  return call.consumer ?? call.client_address;
}

export function prepareCallerKey(sticky: StickySettings): CallerKey {
  switch (sticky.by) {
    case "consumer":
      return usualKey;
    case "address":
      return (call) => call.client_address;
    case "header":
      return (call) => call.header(sticky.name) ?? usualKey(call);
    case "cookie":
      return (call) => cookieOf(call.header("cookie"), sticky.name) ?? usualKey(call);
    case "own_cookie":
      return ownCookie(sticky);
    case "nothing":
      return (call) => call.id;
  }
}

/** The random end of an id (RFC 9562 section 5.7: rand_b), 62 bits. */
const PLACE_AT = 19;
const PLACE = /^[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The cookie holds a place and not a release, so that callers stay where they are while shares move, and only those move whose
 * place the border crossed. A text that we did not write is replaced: no caller brings a key as long as they like.
 */
function ownCookie({ name, for: for_ms }: Extract<StickySettings, { by: "own_cookie" }>): CallerKey {
  const attributes = `Path=/; Max-Age=${Math.floor(for_ms / 1000)}; HttpOnly; SameSite=Lax`;
  return (call) => {
    const known = cookieOf(call.header("cookie"), name);
    if (known !== undefined && PLACE.test(known)) return known;
    const place = call.id.slice(PLACE_AT);
    const secure = call.scheme === "https" ? "; Secure" : "";
    call.reply_headers.push("set-cookie", `${name}=${place}; ${attributes}${secure}`);
    return place;
  };
}
