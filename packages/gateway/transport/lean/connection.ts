// A client's connection: one request after the other, answers in the order of the requests. While an answer is under way the next
// head is read ahead, so that nonsense behind a request is known before its answer ends; nothing more is read then.
import type { Socket } from "node:net";
import { type Enrolled, LIMITS, type ProblemCode, type Roster } from "@holdfast/base";
import { DATA, END, HEAD, REFUSED, type Refusal, type RequestHead, RequestReader } from "@holdfast/http1";
import type { ClientCertificate, Covers, ListenerOptions } from "../listener.ts";
import { lasting, NOT_LOOKED_AT, patienceMs, type State } from "../patience.ts";
import { peerOf } from "../peer.ts";
import type { Tunnel, TunnelEvents } from "../tunnel.ts";
import { lastAnswer, PROBLEMS_OF } from "./broken-request.ts";
import { LeanExchange, type Line } from "./exchange.ts";
import { writePieces } from "./pieces.ts";
import { readSecured, withSharedReads } from "./shared-reads.ts";
import { tunnelThrough } from "./socket-tunnel.ts";
import { endAfterTexts, flushTexts, isWritten, writeText } from "./write-text.ts";

/** What connections of one listener share. */
export type Shared = {
  readonly options: ListenerOptions;
  readonly connections: Roster<Connection>;
  stopping: boolean;
  date_line: string;
  /** A connection is gone from `connections`. */
  onGone: () => void;
};

export class Connection implements Line, Enrolled {
  roster_at = -1;
  readonly remote_address: string;
  readonly encrypted: boolean;
  readonly client_certificate: ClientCertificate | undefined;
  readonly covers: Covers | undefined;
  body_read = true;
  readonly #socket: Socket;
  readonly #shared: Shared;
  readonly #reader = new RequestReader({ head_bytes_max: LIMITS.head_bytes_max });
  #exchange: LeanExchange | undefined;
  #tunnel: TunnelEvents | undefined;
  #ahead: RequestHead | undefined;
  #body_stopped = false;
  #discarded_bytes = 0;
  #state: State = "idle";
  #state_ms = NOT_LOOKED_AT;
  #heard = false;
  #advancing = false;
  /** Nothing more is read; what comes is dropped. */
  #deaf = false;
  #paused = false;
  #closed = false;
  readonly #onWritten = () => this.#advance();

  /** `secured`: the socket is one of TLS, which reads by itself. */
  constructor(accepted: Socket, shared: Shared, secured?: Pick<Line, "client_certificate" | "covers">) {
    this.#shared = shared;
    this.remote_address = peerOf(accepted);
    this.encrypted = secured !== undefined;
    this.client_certificate = secured?.client_certificate;
    this.covers = secured?.covers;
    const socket = secured ? accepted : withSharedReads(accepted, (bytes, count) => this.#onBytes(bytes, count));
    this.#socket = socket;
    if (secured) readSecured(socket, (bytes, count) => this.#onBytes(bytes, count));
    socket.on("end", () => this.#onHungUp());
    socket.on("drain", () => this.#onDrain());
    socket.on("error", () => this.#socket.destroy());
    socket.on("close", () => this.#onClosed());
  }

  get stopping(): boolean {
    return this.#shared.stopping;
  }

  get date_line(): string {
    return this.#shared.date_line;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#state_ms = NOT_LOOKED_AT;
  }

  /** The first `count` of `bytes`, which are overwritten after this call. */
  #onBytes(bytes: Buffer, count: number): void {
    this.#heard = true;
    if (this.#tunnel) this.#tunnel.onBytes(Buffer.from(bytes.subarray(0, count)));
    else if (this.#deaf) this.#discard(count);
    else {
      this.#reader.push(bytes, count);
      this.#advance();
      this.#reader.keep();
    }
  }

  /** Reads on as far as the present request, and then the client's patience, allow. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    while (!this.#closed && this.#step());
    this.#advancing = false;
    this.#breathe();
  }

  /** One event of the reader, or the begin of the request that was read ahead. False: nothing to do for now. */
  #step(): boolean {
    const exchange = this.#exchange;
    if (exchange?.ended && isWritten(this.#socket)) return this.#finish(exchange);
    if (!exchange && this.#ahead) return this.#begin(this.#ahead);
    if (this.#deaf || this.#ahead || (exchange && !this.body_read && !this.#mayReadBody(exchange))) return false;
    switch (this.#reader.next()) {
      case HEAD:
        if (exchange) this.#ahead = this.#reader.head;
        else this.#begin(this.#reader.head);
        return true;
      case DATA:
        this.#onBodyData(this.#reader.data);
        return true;
      case END:
        this.body_read = true;
        if (exchange && !exchange.ended && exchange.reading) this.#endBody(exchange);
        return true;
      case REFUSED:
        this.#onRefused(this.#reader.refusal as Refusal);
        return true;
      default:
        if (!exchange && this.body_read) this.#wait();
        return false;
    }
  }

  #mayReadBody(exchange: LeanExchange): boolean {
    return exchange.ended || (exchange.reading && !this.#body_stopped);
  }

  #wait(): void {
    const state = this.#reader.rest > 0 ? "head" : "idle";
    if (this.#state !== state) this.#enter(state);
  }

  #begin(head: RequestHead): boolean {
    this.#ahead = undefined;
    this.#enter("busy");
    this.body_read = false;
    this.#body_stopped = false;
    this.#discarded_bytes = 0;
    const exchange = new LeanExchange(head, this);
    this.#exchange = exchange;
    // A body of no bytes has no events.
    if (head.framing === 0) {
      this.#reader.next();
      this.body_read = true;
    }
    exchange.events = this.#shared.options.onExchange(exchange);
    return true;
  }

  #onBodyData(chunk: Uint8Array): void {
    const exchange = this.#exchange;
    if (exchange && !exchange.ended) exchange.events?.onBodyData(chunk);
    else this.#discard(chunk.length);
  }

  #endBody({ events }: LeanExchange): void {
    const { trailers } = this.#reader;
    if (trailers) events?.onBodyTrailers?.(trailers);
    events?.onBodyEnd();
  }

  /** What comes of a refused body is dropped, and past a limit held off: a close would take the answer out of the client's hands. */
  #discard(bytes: number): void {
    this.#discarded_bytes += bytes;
    if (this.#discarded_bytes <= LIMITS.discard_bytes_max) return;
    this.#deaf = true;
    this.#socket.pause();
    if (this.#state === "rest") this.#enter("last");
  }

  #onRefused({ code, detail }: Refusal): void {
    const exchange = this.#exchange;
    this.#deaf = true;
    if (exchange) exchange.ends_connection = true;
    // What follows a request for another protocol makes that request ambiguous, and not what follows.
    const breaks_exchange = exchange && !exchange.ended && (!this.body_read || this.#reader.head.upgrade);
    if (breaks_exchange) exchange.events?.onBodyBroken(detail);
    else if (this.body_read) this.#refuseWith(PROBLEMS_OF[code], detail);
    else this.#socket.destroy();
  }

  #refuseWith(code: ProblemCode, detail: string): void {
    const answer = this.#shared.options.onBroken({ code, detail, remote_address: this.remote_address });
    this.#deaf = true;
    if (this.#exchange) return;
    writeText(this.#socket, lastAnswer(answer, this.date_line));
    this.#hangUp();
  }

  answered(): void {
    if (!this.#advancing) this.#advance();
    // Nothing is pending as long as the system takes all at once, which is nearly always. TLS tells of each write.
    if (!this.#closed && !this.encrypted && !isWritten(this.#socket)) this.#socket.write("", () => this.#advance());
  }

  #finish(exchange: LeanExchange): boolean {
    this.#exchange = undefined;
    this.#reader.declineUpgrade();
    if (exchange.ends_connection || (this.stopping && !this.#ahead)) this.#hangUp();
    // What is left of a refused body belongs to nobody; it is dropped before the next request is read.
    else if (!this.body_read) this.#enter("rest");
    exchange.events?.onClosed(true);
    return true;
  }

  /** Our side is done. The client may still be sending; it gets the time to read. */
  #hangUp(): void {
    this.#deaf = true;
    this.#enter("last");
    endAfterTexts(this.#socket);
  }

  writeText(text: string): boolean {
    return writeText(this.#socket, text, this.#onWritten);
  }

  writePieces(before: string, chunk: Uint8Array, after: string): boolean {
    return writePieces(this.#socket, { before, chunk, after }, this.#onWritten);
  }

  openTunnel(events: TunnelEvents): Tunnel {
    this.#tunnel = events;
    return tunnelThrough(this.#socket, { end: () => this.#hangUp(), destroy: () => void this.#socket.destroy() });
  }

  wantBody(): void {
    this.#body_stopped = false;
    // Not from within the call that asks for it: bytes may be here already.
    queueMicrotask(() => this.#advance());
  }

  stopBody(): void {
    this.#body_stopped = true;
  }

  cut(how: "flush" | "destroy" | "reset"): void {
    this.#deaf = true;
    flushTexts();
    if (how === "reset") this.#socket.resetAndDestroy();
    else if (how === "flush") this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  /** Stops the socket while too much waits to be read. A head's worth may: a socket that is stopped does not tell who has left. */
  #breathe(): void {
    const full = !this.#deaf && this.#reader.rest > LIMITS.head_bytes_max && this.#exchange !== undefined;
    if (full === this.#paused || this.#closed) return;
    this.#paused = full;
    if (full) this.#socket.pause();
    else this.#socket.resume();
  }

  #onDrain(): void {
    const exchange = this.#exchange;
    if (this.#tunnel) this.#tunnel.onDrain();
    else if (exchange && !exchange.ended) exchange.events?.onDrain();
  }

  /** The client has ended its side: it waits for nothing any more. */
  #onHungUp(): void {
    if (this.#tunnel) this.#tunnel.onEnded();
    else if (this.#exchange && !this.#exchange.ended) this.#socket.destroy();
    else endAfterTexts(this.#socket);
  }

  #onClosed(): void {
    this.#closed = true;
    this.#shared.connections.delete(this);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#tunnel?.onEnded();
    exchange?.events?.onClosed(false);
    this.#shared.onGone();
  }

  /** Looked at now and then by the listener. */
  sweep(passed_ms: number): void {
    this.#state_ms = lasting(this.#state_ms, passed_ms);
    const patience_ms = patienceMs(this.#state, { stopping: this.stopping, heard: this.#heard });
    if (this.#state_ms < patience_ms) return;
    if (this.#state === "head")
      this.#refuseWith("request_timeout", `The request head was not complete within ${patience_ms} ms.`);
    else this.#socket.destroy();
  }

  /** The listener stops: a busy connection is closed after its answer. An idle one gets a moment, because the next request, or the
   * first, may be on its way, and hears `connection: close` with its answer. */
  retire(): void {
    if (this.#state === "idle") this.#state_ms = NOT_LOOKED_AT;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
