// Opens one outgoing socket by hand, under the same rules as connector.ts: an allowed address, checked after DNS and again on the
// peer, within a time. Bytes come in one buffer that all sockets share, because a buffer for each read costs more than the read.
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "@holdfast/base";
import type { AddressCheck } from "./address-rules.ts";
import { AddressRefused, ConnectTimeout, checkedLookup } from "./connector.ts";

export type SocketEvents = {
  onOpen(): void;
  /** `bytes` are overwritten after this call. */
  onBytes(bytes: Buffer): void;
  onDrain(): void;
  /** The last event, exactly once. No error: the other side ended its side in order. */
  onClosed(error: Error | undefined): void;
};

export type Opening = { clock: Clock; check: AddressCheck; connect_ms: number; shared: Buffer };

/** Events come later, never before this returns. */
export function openSocket(origin: URL, events: SocketEvents, opening: Opening): Socket {
  const { clock, check, connect_ms } = opening;
  const host = origin.hostname.replace(/^\[|\]$/g, "");
  const secure = origin.protocol === "https:";
  const refused = isIP(host) ? check(host) : undefined;
  const socket = secure
    ? openTls(origin, host, events, opening)
    : openPlain(origin, host, events, opening);
  let error: Error | undefined;
  const cancel = clock.after(connect_ms, () => socket.destroy(new ConnectTimeout(origin.host, connect_ms)));
  socket.once(secure ? "secureConnect" : "connect", () => {
    cancel();
    const address = socket.remoteAddress ?? "";
    const because = check(address);
    if (because) socket.destroy(new AddressRefused(address, because));
    else events.onOpen();
  });
  socket.on("drain", () => events.onDrain());
  socket.on("error", (cause) => {
    error = cause;
  });
  socket.on("close", () => {
    cancel();
    events.onClosed(error);
  });
  if (refused) socket.destroy(new AddressRefused(host, refused));
  return socket;
}

function openPlain(origin: URL, host: string, events: SocketEvents, { check, shared }: Opening): Socket {
  const refused = isIP(host) ? check(host) : undefined;
  return connect({
    host: refused ? "127.0.0.1" : host,
    port: Number(origin.port || 80),
    lookup: refused ? neverLookup : checkedLookup(check),
    noDelay: true,
    onread: {
      buffer: shared,
      callback: (count: number, buffer: Uint8Array) => {
        events.onBytes((buffer as Buffer).subarray(0, count));
        return true;
      },
    },
  });
}
