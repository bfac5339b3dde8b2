// A socket that speaks another protocol from here on, as the other side of the gateway sees it.
import type { WireSocket } from "@holdfast/net";
import type { Tunnel } from "../tunnel.ts";
import { flushTexts } from "./write-text.ts";

/** How it ends is up to who keeps the socket. */
export function tunnelThrough(socket: WireSocket, ends: Pick<Tunnel, "end" | "destroy">): Tunnel {
  flushTexts();
  return {
    write: (bytes) => socket.write(bytes),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    ...ends,
  };
}
