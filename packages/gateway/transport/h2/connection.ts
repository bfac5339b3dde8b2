// A client's HTTP/2 connection: streams become exchanges, and what a client could flood us with is bounded: streams at once, header
// lists, resets (CVE-2023-44487 and, provoked from our side, CVE-2025-8671), pings and settings.
import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { type Enrolled, LIMITS, type Roster } from "@holdfast/base";
import type { ListenerOptions } from "../listener.ts";
import { LINGER_MS, lasting, NOT_LOOKED_AT, RETIRE_MS } from "../patience.ts";
import { H2Exchange, type Peer } from "./exchange.ts";
import { type HeadRefusal, readHead } from "./request.ts";

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR } = constants;

/** The largest stream id: a GOAWAY that names it warns, and refuses nothing yet (RFC 9113 section 6.8). */
const ANY_STREAM = 2 ** 31 - 1;
/** How long a client has to answer the warning before the last word is said anyway. */
const WARNED_MS = 1_000;

/** What connections of one listener share. */
export type H2Shared = {
  readonly options: Pick<ListenerOptions, "onExchange" | "onBroken">;
  readonly connections: Roster<H2Connection>;
  /** The listener stops: a connection that came in just before serves what it came for. */
  stopping: boolean;
  /** A connection is gone from `connections`. */
  onGone: () => void;
};

export class H2Connection implements Enrolled {
  roster_at = -1;
  readonly #socket: Duplex;
  readonly #session: ServerHttp2Session;
  readonly #peer: Peer;
  readonly #shared: H2Shared;
  #streams = 0;
  #idle_ms = NOT_LOOKED_AT;
  #heard = false;
  #resets = 0;
  #control_frames = 0;
  #retiring_ms: number | undefined;
  #closing_ms = NOT_LOOKED_AT;

  /** `socket` has finished its handshake, if it has one. */
  constructor(socket: Duplex, peer: Peer, shared: H2Shared) {
    this.#socket = socket;
    this.#peer = peer;
    this.#shared = shared;
    this.#session = performServerHandshake(socket, SESSION_OPTIONS);
    this.#session.setLocalWindowSize(LIMITS.h2_connection_window_bytes);
    this.#session.on("stream", (stream: ServerHttp2Stream, _headers: unknown, _flags: number, raw: string[]) =>
      this.#onStream(stream, raw),
    );
    // The socket may be half open, and node:http2 does not mind: a client that hangs up would never be noticed.
    socket.on("end", () => socket.destroy());
    this.#session.on("ping", () => this.#onControlFrame());
    this.#session.on("remoteSettings", () => this.#onControlFrame());
    // A broken connection is told by `close`, which always follows; its streams by theirs.
    this.#session.on("error", ignore);
    this.#session.on("close", () => {
      shared.connections.delete(this);
      shared.onGone();
    });
  }

  #onStream(stream: ServerHttp2Stream, raw: string[]): void {
    this.#heard = true;
    this.#streams++;
    stream.on("error", ignore);
    // Node tells of a stream one tick after it came: it may have been reset since, but is never told of as closed before.
    if (stream.destroyed || stream.closed) stream.on("close", () => this.#onStreamClosed(stream, undefined));
    else this.#begin(stream, raw);
    if (this.#shared.stopping) this.retire();
  }

  #begin(stream: ServerHttp2Stream, raw: string[]): void {
    const read = readHead(raw, LIMITS.head_bytes_max);
    const exchange = read.ok ? new H2Exchange(stream, read.head, this.#peer) : undefined;
    stream.on("close", () => this.#onStreamClosed(stream, exchange));
    if (!read.ok) this.#refuse(stream, read.refusal);
    else if (exchange) exchange.events = this.#shared.options.onExchange(exchange);
  }

  #refuse(stream: ServerHttp2Stream, refusal: HeadRefusal): void {
    const { remote_address } = this.#peer;
    const { status, headers, body } = this.#shared.options.onBroken({ ...refusal, remote_address });
    const fields = [":status", status, ...headers, "content-length", String(Buffer.byteLength(body))];
    // As in H2Exchange: raw lists are taken, the typings do not know.
    stream.respond(fields as unknown as Record<string, string>);
    stream.end(body);
    stream.on("finish", () => stream.close(NGHTTP2_NO_ERROR));
  }

  /** Resets count against the client, those that its own broken frames provoked included; not those that we decided on. */
  #onStreamClosed(stream: ServerHttp2Stream, exchange: H2Exchange | undefined): void {
    this.#streams--;
    this.#idle_ms = NOT_LOOKED_AT;
    // nghttp2 reads nothing of a connection that was warned and has no streams.
    if (this.#retiring_ms !== undefined && this.#streams === 0) this.#close();
    const is_theirs = stream.rstCode !== NGHTTP2_NO_ERROR && !exchange?.was_cut;
    if (is_theirs && ++this.#resets > LIMITS.h2_resets_max) this.#calm();
  }

  #onControlFrame(): void {
    if (++this.#control_frames > LIMITS.h2_control_frames_max) this.#calm();
  }

  #calm(): void {
    if (!this.#session.destroyed) this.#session.destroy(undefined, NGHTTP2_ENHANCE_YOUR_CALM);
  }

  /** Looked at now and then by the listener. */
  sweep(passed_ms: number): void {
    const share = passed_ms / 1000;
    this.#resets = Math.max(0, this.#resets - share * LIMITS.h2_resets_per_second);
    this.#control_frames = Math.max(0, this.#control_frames - share * LIMITS.h2_control_frames_per_second);
    if (this.#retiring_ms !== undefined) {
      this.#retiring_ms = lasting(this.#retiring_ms, passed_ms);
      if (this.#retiring_ms >= WARNED_MS) this.#close();
    }
    this.#idle_ms = this.#streams > 0 ? NOT_LOOKED_AT : lasting(this.#idle_ms, passed_ms);
    if (this.#idle_ms >= this.#patienceMs()) this.#close();
    if (this.#session.closed && this.#streams === 0) this.#linger(passed_ms);
  }

  /** Node waits for the client to end its side, for as long as that takes. */
  #linger(passed_ms: number): void {
    this.#closing_ms = lasting(this.#closing_ms, passed_ms);
    if (this.#closing_ms >= LINGER_MS) this.#socket.destroy();
  }

  #patienceMs(): number {
    if (this.#shared.stopping) return RETIRE_MS;
    return this.#heard ? LIMITS.keep_alive_ms : LIMITS.head_ms;
  }

  #close(): void {
    if (!this.#session.closed && !this.#session.destroyed) this.#session.close();
  }

  /**
   * The listener stops: no new streams after a moment, and the connection ends with the last of those that run. An idle one gets the
   * moment, because the next request, or the first, may be on its way; that one is warned when the request is here.
   */
  retire(): void {
    const session = this.#session;
    if (session.closed || session.destroyed || this.#retiring_ms !== undefined) return;
    if (this.#streams === 0) this.#idle_ms = NOT_LOOKED_AT;
    else this.#warn();
  }

  /** What comes before the answer was sent before the warning arrived, and is still served. */
  #warn(): void {
    this.#retiring_ms = NOT_LOOKED_AT;
    this.#session.goaway(NGHTTP2_NO_ERROR, ANY_STREAM);
    this.#session.ping(() => this.#close());
  }

  destroy(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }
}

function ignore(): void {}

const SESSION_OPTIONS = {
  settings: {
    maxConcurrentStreams: LIMITS.h2_streams_max,
    maxHeaderListSize: LIMITS.head_bytes_max,
    initialWindowSize: LIMITS.h2_stream_window_bytes,
    enablePush: false,
  },
  maxHeaderListPairs: LIMITS.h2_header_pairs_max,
  // Frames that are no HTTP/2, and streams past the limit that came before the client could know it.
  maxSessionInvalidFrames: LIMITS.h2_resets_max,
  maxSessionRejectedStreams: LIMITS.h2_resets_max,
  streamResetBurst: LIMITS.h2_resets_max,
  streamResetRate: LIMITS.h2_resets_per_second,
  // An answer with a header twice is its upstream's business; over HTTP/1.1 it passes as well.
  strictSingleValueFields: false,
};
