// The opening handshake of WebSocket (RFC 6455 section 4), as far as it is the gateway's affair: an upstream that did not read the
// request as a handshake must not get a tunnel, or its next answer would be somebody's frames. Pure.
import { createHash } from "node:crypto";

/** Section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

export type Handshake = { method: string; http_1_0: boolean; key: string | undefined; version: string | undefined };

/** A sentence for the client; undefined when the request opens a connection (section 4.2.1). */
export function handshakeTrouble({ method, http_1_0, key, version }: Handshake): string | undefined {
  if (method !== "GET" || http_1_0) return "A WebSocket is opened with GET and HTTP/1.1.";
  if (version !== "13") return "The only version of WebSocket spoken here is 13.";
  if (key === undefined || !KEY.test(key)) return "Sec-WebSocket-Key is not 16 bytes in base64.";
  return undefined;
}

/** What `Sec-WebSocket-Accept` has to say (section 4.2.2, 5). */
export function acceptOf(key: string): string {
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}
