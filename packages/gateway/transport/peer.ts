// Who is at the other end of a client's connection.
import type { Socket } from "node:net";

/** IPv4 inside IPv6, as a dual-stack listener reports it, becomes IPv4. */
export function peerOf({ remoteAddress = "" }: Socket): string {
  return remoteAddress.startsWith("::ffff:") ? remoteAddress.slice(7) : remoteAddress;
}
