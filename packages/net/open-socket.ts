// Opens one outgoing socket by hand, under the same rules as connector.ts: an allowed address, within a time. Where Node asks for the
// addresses of a name they are checked after DNS, and again on the peer; a bare socket goes to the very address that was checked. Plain
// sockets read into one buffer that all of them share: one buffer for each read costs more than the read.
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "@holdfast/base";
import type { AddressCheck } from "./address-rules.ts";
import { BareSocket, HAS_BARE_SOCKETS } from "./bare-socket.ts";
import type { Closings } from "./closings.ts";
import { AddressRefused, ConnectTimeout, checkedLookup } from "./connector.ts";
import { readOnAfterFailedWrites } from "./failed-writes.ts";
import type { Names } from "./names.ts";
import type { Address } from "./resolve.ts";
import { readStraight } from "./stream-wrap.ts";
import type { Target } from "./target.ts";
import { type TlsOptions, tlsConnectOptions } from "./tls.ts";
import type { WireSocket } from "./wire-socket.ts";

export type SocketEvents = {
  onOpen(): void;
  /** The first `count` of `bytes`, which may be overwritten after this call. */
  onBytes(bytes: Buffer, count: number): void;
  onDrain(): void;
  /** The last event, exactly once. Without an error the other side ended in order, and nothing of ours was lost. */
  onClosed(error: Error | undefined): void;
};

export type Opening = {
  clock: Clock;
  check: AddressCheck;
  connect_ms: number;
  /** What plain sockets read into. */
  shared: Buffer;
  closings: Closings;
  names: Names;
  tls: TlsOptions | undefined;
};

/** Why nobody may connect to it; undefined for names as well, which are judged by the addresses that they stand for. */
export function refusalOf({ host, family }: Target, check: AddressCheck): AddressRefused | undefined {
  const because = family === 0 ? undefined : check(host);
  return because === undefined ? undefined : new AddressRefused(host, because);
}

/** Only of a target without a refusal (`refusalOf`). Events come after this returned. */
export function openSocket(target: Target, events: SocketEvents, opening: Opening): WireSocket {
  if (target.secure) return tend(openTls(target, events, opening), target, events, opening);
  return openBare(target, events, opening) ?? tend(openPlain(target, events, opening), target, events, opening);
}

/** Where there is one address to connect to, known without asking; undefined otherwise. */
function openBare(target: Target, events: SocketEvents, opening: Opening): BareSocket | undefined {
  const only = HAS_BARE_SOCKETS ? onlyAddress(target, opening) : undefined;
  if (!only) return undefined;
  const onStream = (stream: Socket): void => follow(stream, events, opening);
  return new BareSocket(only, target, { opening, events, onStream });
}

function onlyAddress({ host, family }: Target, { names, check }: Opening): Address | undefined {
  const only = family === 0 ? names.only(host) : { address: host, family };
  return only && !check(only.address) ? only : undefined;
}

/** Sees to it that `socket` is open in time, to an allowed address, and tells its events. */
function tend(socket: Socket, { secure, named }: Target, events: SocketEvents, opening: Opening): Socket {
  const { clock, check, connect_ms } = opening;
  const cancel = clock.after(connect_ms, () => socket.destroy(new ConnectTimeout(named, connect_ms)));
  socket.once("close", cancel);
  socket.once(secure ? "secureConnect" : "connect", () => {
    cancel();
    const address = socket.remoteAddress ?? "";
    const because = check(address);
    if (because) socket.destroy(new AddressRefused(address, because));
    else {
      if (!secure) readStraight(socket, (count) => events.onBytes(opening.shared, count));
      events.onOpen();
    }
  });
  follow(socket, events, opening);
  return socket;
}

/** Tells of what is seldom on an open socket, and of its end. */
function follow(socket: Socket, events: SocketEvents, { clock }: Opening): void {
  let error: Error | undefined;
  readOnAfterFailedWrites(socket, clock, (cause) => {
    error = cause;
  });
  // Nobody here goes on talking to who has hung up.
  socket.on("end", () => socket.destroy());
  socket.on("drain", () => events.onDrain());
  socket.on("error", (cause) => {
    error = cause;
  });
  socket.on("close", () => events.onClosed(error));
}

function openPlain({ host, port }: Target, events: SocketEvents, { check, shared, names }: Opening): Socket {
  return connect({
    host,
    port,
    lookup: checkedLookup(check, names),
    noDelay: true,
    onread: {
      buffer: shared,
      callback(count, bytes) {
        events.onBytes(bytes as Buffer, count);
        return true;
      },
    },
  });
}

function openTls({ host, port }: Target, events: SocketEvents, { check, names, tls }: Opening): Socket {
  const socket = connectTls({
    host,
    port,
    ...tlsConnectOptions(host, tls),
    lookup: checkedLookup(check, names),
    ALPNProtocols: ["http/1.1"],
  });
  socket.setNoDelay(true);
  socket.on("data", (bytes: Buffer) => events.onBytes(bytes, bytes.length));
  return socket;
}
