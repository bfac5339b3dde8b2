// Bare connections of one workspace and origin, for a protocol that shares each among many requests and so keeps them itself.
// Opened under the same rules as any other: an allowed address, checked after DNS and again on the peer, within a time.
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Cancel } from "@holdfast/base";
import { AddressRefused, ConnectTimeout, checkedLookup } from "./connector.ts";
import { type Opening, refusalOf } from "./open-socket.ts";
import { Redial } from "./redial.ts";
import { type Target, targetOf } from "./target.ts";
import { tlsConnectOptions } from "./tls.ts";

export type DialEvents = {
  /** Ready, handshake included; nothing was read from it. */
  onSocket(socket: Socket): void;
  /** There is no connection to be had. */
  onNoSocket(error: Error): void;
};

/** Who keeps the connections of a dialer. */
export type DialerOwner = {
  readonly size: number;
  /** Called now and then. */
  sweep(passed_ms: number): void;
  /** The origin's name stands for these now: connections to anything else should end when nothing runs on them. */
  follow(addresses: readonly string[]): void;
  /** Nobody will ask any more: each connection ends with the last request on it. */
  close(): void;
  /** All end at once. */
  destroy(): void;
};

export type DialerOptions = Omit<Opening, "shared" | "closings"> & {
  /** What TLS has to agree on (RFC 7301), such as h2. */
  alpn: string;
};

export class Dialer {
  readonly origin: URL;
  readonly #target: Target;
  /** Set once, by the first who uses it. */
  owner: DialerOwner | undefined;
  /** The origin is a name, whose addresses may change. */
  readonly by_name: boolean;
  readonly #options: DialerOptions;
  readonly #refused: Error | undefined;
  readonly #redial: Redial;

  constructor(origin: URL, options: DialerOptions) {
    this.origin = origin;
    this.#target = targetOf(origin);
    this.#options = options;
    this.#redial = new Redial(options.clock);
    this.by_name = this.#target.family === 0;
    this.#refused = refusalOf(this.#target, options.check);
  }

  /** Events come after this returned. Cancelled, none comes. */
  dial(events: DialEvents): Cancel {
    const vain = this.#refused ?? this.#redial.vain;
    if (!vain) return this.#open(events);
    let wanted = true;
    queueMicrotask(() => {
      if (wanted) events.onNoSocket(vain);
    });
    return () => {
      wanted = false;
    };
  }

  #open(events: DialEvents): Cancel {
    const { clock, check, connect_ms } = this.#options;
    const { secure, named } = this.#target;
    const socket = secure ? this.#openTls() : this.#openPlain();
    const settle = (told: () => void): void => {
      cancelTimer();
      socket.removeAllListeners();
      told();
    };
    const fail = (error: Error): void =>
      settle(() => {
        socket.on("error", () => undefined);
        socket.destroy();
        this.#redial.failed(error);
        events.onNoSocket(error);
      });
    const cancelTimer = clock.after(connect_ms, () => fail(new ConnectTimeout(named, connect_ms)));
    socket.once(secure ? "secureConnect" : "connect", () => {
      const trouble = this.#trouble(socket, check(socket.remoteAddress ?? ""));
      if (trouble) fail(trouble);
      else settle(() => this.#opened(socket, events));
    });
    socket.once("error", fail);
    socket.once("close", () => fail(new Error("the connection ended while it was opened")));
    return () =>
      settle(() => {
        socket.on("error", () => undefined);
        socket.destroy();
      });
  }

  #opened(socket: Socket, events: DialEvents): void {
    this.#redial.succeeded();
    events.onSocket(socket);
  }

  #trouble(socket: Socket | TLSSocket, because: string | undefined): Error | undefined {
    if (because) return new AddressRefused(socket.remoteAddress ?? "", because);
    const { alpn } = this.#options;
    if ("alpnProtocol" in socket && socket.alpnProtocol !== alpn)
      return new Error(`${this.#target.named} does not speak ${alpn}`);
    return undefined;
  }

  #openPlain(): Socket {
    const { check, names } = this.#options;
    const lookup = checkedLookup(check, names);
    const { host, port } = this.#target;
    return connect({ host, port, lookup, noDelay: true });
  }

  #openTls(): TLSSocket {
    const { check, names, tls, alpn } = this.#options;
    const { host, port } = this.#target;
    const socket = connectTls({
      host,
      port,
      ...tlsConnectOptions(host, tls),
      lookup: checkedLookup(check, names),
      ALPNProtocols: [alpn],
    });
    socket.setNoDelay(true);
    return socket;
  }

  get size(): number {
    return this.owner?.size ?? 0;
  }

  sweep(passed_ms: number): void {
    this.owner?.sweep(passed_ms);
  }

  follow(addresses: readonly string[]): void {
    this.#redial.several = addresses.length > 1;
    this.owner?.follow(addresses);
  }

  close(): void {
    this.owner?.close();
  }

  destroy(): void {
    this.owner?.destroy();
  }
}
