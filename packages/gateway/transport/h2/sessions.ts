// Kept HTTP/2 connections to one upstream. Requests share a connection up to what the upstream allows; one that says goodbye gets
// no new requests and ends with its last; one that is silent while requests wait on it is pinged, and given up without an answer.
import { type ClientHttp2Session, connect } from "node:http2";
import type { Socket } from "node:net";
import { type Cancel, LIMITS } from "@holdfast/base";
import type { Dialer, DialerOwner } from "@holdfast/net";

export type SessionUser = {
  /** A place for one request; it is given back with `leave`. `fresh`: the connection was opened for this. */
  onSession(session: UpstreamSession, fresh: boolean): void;
  /** There is no connection to be had. Nothing was sent. */
  onNoSession(error: Error): void;
};

/** What an upstream allows before it said so (RFC 9113 section 6.5.2 recommends no less than 100). */
const STREAMS_UNTOLD = 100;

export class UpstreamSession {
  readonly session: ClientHttp2Session;
  readonly address: string | undefined;
  running = 0;
  /** Takes no new requests. */
  closing = false;
  #idle_ms = 0;
  #silent_ms = 0;
  #pinged = false;

  constructor(session: ClientHttp2Session, socket: Socket) {
    this.session = session;
    this.address = socket.remoteAddress;
  }

  get room(): number {
    if (this.closing || this.session.closed || this.session.destroyed) return 0;
    const allowed = this.session.remoteSettings.maxConcurrentStreams ?? STREAMS_UNTOLD;
    return Math.min(allowed > 2 ** 31 ? STREAMS_UNTOLD : allowed, LIMITS.h2_upstream_streams_max) - this.running;
  }

  /** Something came. */
  heard(): void {
    this.#silent_ms = 0;
    this.#pinged = false;
  }

  sweep(passed_ms: number): void {
    const { h2_upstream_idle_ms, h2_upstream_ping_ms, h2_upstream_pong_ms } = LIMITS;
    if (this.running === 0) {
      this.heard();
      this.#idle_ms += passed_ms;
      if (this.#idle_ms >= h2_upstream_idle_ms || this.closing) this.close();
      return;
    }
    this.#idle_ms = 0;
    this.#silent_ms += passed_ms;
    if (this.#pinged && this.#silent_ms >= h2_upstream_ping_ms + h2_upstream_pong_ms) this.session.destroy();
    else if (!this.#pinged && this.#silent_ms >= h2_upstream_ping_ms) this.#ping();
  }

  #ping(): void {
    this.#pinged = true;
    this.session.ping((error) => {
      if (!error) this.heard();
    });
  }

  /** No new requests; the connection ends with the last one. */
  close(): void {
    this.closing = true;
    if (!this.session.closed && !this.session.destroyed) this.session.close();
  }
}

export class UpstreamSessions implements DialerOwner {
  readonly #dialer: Dialer;
  readonly #all = new Set<UpstreamSession>();
  readonly #dialing = new Set<Cancel>();
  readonly #waiting: SessionUser[] = [];
  #ended = false;

  constructor(dialer: Dialer) {
    this.#dialer = dialer;
  }

  /** Connections, open or being opened. */
  get size(): number {
    return this.#all.size + this.#dialing.size;
  }

  /** A connection with room comes before this returns, a new one later. */
  take(user: SessionUser): void {
    for (const session of this.#all)
      if (session.room > 0) {
        session.running++;
        user.onSession(session, false);
        return;
      }
    this.#waiting.push(user);
    this.#dialIfNeeded();
  }

  /** Gives up waiting. */
  forget(user: SessionUser): void {
    const at = this.#waiting.indexOf(user);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** A request is over. */
  leave(session: UpstreamSession): void {
    session.running--;
    if (session.running === 0 && (session.closing || this.#ended)) session.close();
    this.#serveWaiting(false);
  }

  #dialIfNeeded(): void {
    const wanted = Math.ceil(this.#waiting.length / STREAMS_UNTOLD);
    if (this.#dialing.size >= wanted || this.size >= LIMITS.h2_upstream_connections_max) return;
    const done = () => void this.#dialing.delete(cancel);
    const cancel = this.#dialer.dial({
      onSocket: (socket) => {
        done();
        this.#begin(socket);
      },
      onNoSocket: (error) => {
        done();
        this.#fail(error);
      },
    });
    this.#dialing.add(cancel);
  }

  #begin(socket: Socket): void {
    const made = connect(this.#dialer.origin.origin, { ...SESSION_OPTIONS, createConnection: () => socket });
    const session = new UpstreamSession(made, socket);
    this.#all.add(session);
    made.on("connect", () => made.setLocalWindowSize(LIMITS.h2_connection_window_bytes));
    made.on("goaway", () => {
      session.closing = true;
    });
    // Told by `close`, which always follows, and to each stream by its own.
    made.on("error", () => undefined);
    made.on("close", () => {
      session.closing = true;
      this.#all.delete(session);
      this.#serveWaiting(false);
    });
    this.#serveWaiting(true);
  }

  /** `fresh`: room is there because a connection was just opened. */
  #serveWaiting(fresh: boolean): void {
    for (const session of this.#all)
      while (session.room > 0) {
        const next = this.#waiting.shift();
        if (!next) return;
        session.running++;
        next.onSession(session, fresh);
      }
    if (this.#waiting.length > 0) this.#dialIfNeeded();
  }

  /** Nobody waits for a connection that cannot be had, unless others that stand will have room. */
  #fail(error: Error): void {
    if (this.#all.size > 0) return;
    for (const user of this.#waiting.splice(0)) user.onNoSession(error);
  }

  sweep(passed_ms: number): void {
    for (const session of [...this.#all]) session.sweep(passed_ms);
  }

  follow(addresses: readonly string[]): void {
    for (const session of this.#all)
      if (session.address !== undefined && !addresses.includes(session.address)) session.close();
  }

  close(): void {
    this.#ended = true;
    for (const session of [...this.#all]) session.close();
  }

  destroy(): void {
    this.#ended = true;
    for (const cancel of this.#dialing) cancel();
    this.#dialing.clear();
    this.#fail(new Error("the gateway is shutting down"));
    for (const session of [...this.#all]) session.session.destroy();
  }
}

const SESSION_OPTIONS = {
  settings: {
    enablePush: false,
    initialWindowSize: LIMITS.h2_stream_window_bytes,
    maxHeaderListSize: LIMITS.upstream_head_bytes_max,
  },
  // Answers with a header twice are the upstream's business.
  strictSingleValueFields: false,
};
