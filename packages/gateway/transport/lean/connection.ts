// A client's connection: one request after the other, answers in the order of the requests. While an answer is under way the next
// head is read ahead, so that nonsense behind a request is known before its answer ends; nothing more is read then.
import type { Socket } from "node:net";
import { LIMITS, type ProblemCode } from "@holdfast/base";
import {
  DATA,
  END,
  HEAD,
  headerLines,
  REFUSED,
  type Refusal,
  type RequestHead,
  RequestReader,
  statusLine,
} from "@holdfast/http1";
import type { ListenerOptions, WholeAnswer } from "../listener.ts";
import { LeanExchange, type Line } from "./exchange.ts";
import { withSharedReads } from "./shared-reads.ts";

/** What connections of one listener share. */
export type Shared = {
  readonly options: ListenerOptions;
  readonly connections: Set<Connection>;
  stopping: boolean;
  date_line: string;
  /** A connection is gone from `connections`. */
  onGone: () => void;
};

/**
 * idle: between two requests. head: within one. busy: an answer is due. rest: answered, but the request's body still comes.
 * last: closing, the client reads what was sent.
 */
type State = "idle" | "head" | "busy" | "rest" | "last";

const HEAD_LIMITS = { head_bytes_max: LIMITS.head_bytes_max };
/** How long a client may take to close its side after it got the last answer. */
const LINGER_MS = 2_000;

export class Connection implements Line {
  readonly remote_address: string;
  readonly #socket: Socket;
  readonly #shared: Shared;
  readonly #reader = new RequestReader(HEAD_LIMITS);
  #exchange: LeanExchange | undefined;
  #ahead: RequestHead | undefined;
  /** The body of the present request was read to its end. */
  #body_read = true;
  #body_stopped = false;
  #discarded_bytes = 0;
  #state: State = "idle";
  #state_ms = 0;
  #heard = false;
  #advancing = false;
  /** Nothing more is read; what comes is dropped. */
  #deaf = false;
  #paused = false;
  #closed = false;

  constructor(accepted: Socket, shared: Shared) {
    this.#shared = shared;
    this.remote_address = peerOf(accepted);
    const socket = withSharedReads(accepted, (bytes) => this.#onBytes(bytes));
    this.#socket = socket;
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
    this.#state_ms = 0;
  }

  /** `bytes` are overwritten after this call. */
  #onBytes(bytes: Buffer): void {
    this.#heard = true;
    if (this.#deaf) {
      this.#discard(bytes.length);
      return;
    }
    this.#reader.push(bytes);
    this.#advance();
    this.#reader.keep();
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
    if (exchange?.ended && this.#socket.writableLength === 0) return this.#finish(exchange);
    if (!exchange && this.#ahead) return this.#begin(this.#ahead);
    if (this.#deaf || this.#ahead || (exchange && !this.#body_read && !this.#mayReadBody(exchange))) return false;
    switch (this.#reader.next()) {
      case HEAD:
        if (exchange) this.#ahead = this.#reader.head;
        else this.#begin(this.#reader.head);
        return true;
      case DATA:
        this.#onBodyData(Buffer.from(this.#reader.data));
        return true;
      case END:
        this.#body_read = true;
        if (exchange && !exchange.ended && exchange.reading) exchange.events?.onBodyEnd();
        return true;
      case REFUSED:
        this.#onRefused(this.#reader.refusal as Refusal);
        return true;
      default:
        if (!exchange && this.#body_read) this.#wait();
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
    this.#body_read = false;
    this.#body_stopped = false;
    this.#discarded_bytes = 0;
    const exchange = new LeanExchange(head, this);
    this.#exchange = exchange;
    // A body of no bytes has no events.
    if (head.framing === 0) {
      this.#reader.next();
      this.#body_read = true;
    }
    exchange.events = this.#shared.options.onExchange(exchange);
    return true;
  }

  #onBodyData(chunk: Uint8Array): void {
    const exchange = this.#exchange;
    if (exchange && !exchange.ended) exchange.events?.onBodyData(chunk);
    else this.#discard(chunk.length);
  }

  /** What comes of a refused body is read and dropped: closing at once would take the answer out of the client's hands. */
  #discard(bytes: number): void {
    this.#discarded_bytes += bytes;
    if (this.#discarded_bytes > LIMITS.discard_bytes_max) this.#socket.destroy();
  }

  #onRefused({ code, detail }: Refusal): void {
    const exchange = this.#exchange;
    this.#deaf = true;
    if (exchange) exchange.ends_connection = true;
    if (this.#body_read) this.#refuseWith(PROBLEMS_OF[code], detail);
    else if (exchange && !exchange.ended) exchange.events?.onBodyBroken(detail);
    else this.#socket.destroy();
  }

  #refuseWith(code: ProblemCode, detail: string): void {
    const answer = this.#shared.options.onBroken({ code, detail, remote_address: this.remote_address });
    this.#deaf = true;
    if (this.#exchange) return;
    this.#socket.write(textOf(answer, this.date_line), "latin1");
    this.#hangUp();
  }

  answered(): void {
    if (!this.#advancing) this.#advance();
    // Nothing is pending as long as the system takes all at once, which is nearly always.
    if (!this.#closed && this.#socket.writableLength > 0) this.#socket.write("", () => this.#advance());
  }

  #finish(exchange: LeanExchange): boolean {
    this.#exchange = undefined;
    this.#reader.declineUpgrade();
    if (exchange.ends_connection || (this.stopping && !this.#ahead)) this.#hangUp();
    // What is left of a refused body belongs to nobody; it is dropped before the next request is read.
    else if (!this.#body_read) this.#enter("rest");
    exchange.events?.onClosed(true);
    return true;
  }

  /** Our side is done. The client may still be sending; it gets the time to read. */
  #hangUp(): void {
    this.#deaf = true;
    this.#enter("last");
    this.#socket.end();
  }

  writeText(text: string): boolean {
    return this.#socket.write(text, "latin1");
  }

  writePieces(before: string, chunk: Uint8Array, after: string): boolean {
    const socket = this.#socket;
    socket.cork();
    if (before !== "") socket.write(before, "latin1");
    let open = socket.write(chunk);
    if (after !== "") open = socket.write(after, "latin1");
    socket.uncork();
    return open;
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
    if (how === "reset") this.#socket.resetAndDestroy();
    else if (how === "flush") this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  /** Stops the socket while something waits to be read, and lets it go on. */
  #breathe(): void {
    const full = !this.#deaf && this.#reader.rest > 0 && this.#exchange !== undefined;
    if (full === this.#paused || this.#closed) return;
    this.#paused = full;
    if (full) this.#socket.pause();
    else this.#socket.resume();
  }

  #onDrain(): void {
    const exchange = this.#exchange;
    if (exchange && !exchange.ended) exchange.events?.onDrain();
  }

  /** The client has ended its side: it waits for nothing any more. */
  #onHungUp(): void {
    if (this.#exchange && !this.#exchange.ended) this.#socket.destroy();
    else this.#socket.end();
  }

  #onClosed(): void {
    this.#closed = true;
    this.#shared.connections.delete(this);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.events?.onClosed(false);
    this.#shared.onGone();
  }

  /** Looked at now and then by the listener. */
  sweep(passed_ms: number): void {
    this.#state_ms += passed_ms;
    const { keep_alive_ms, head_ms } = LIMITS;
    if (this.#state === "last" && this.#state_ms >= LINGER_MS) this.#socket.destroy();
    else if (this.#state === "rest" && this.#state_ms >= head_ms) this.#socket.destroy();
    else if (this.#state === "idle" && this.#state_ms >= (this.#heard ? keep_alive_ms : head_ms))
      this.#socket.destroy();
    else if (this.#state === "head" && this.#state_ms >= head_ms)
      this.#refuseWith("request_timeout", `The request head was not complete within ${head_ms} ms.`);
  }

  /** The listener stops: an idle connection is closed, a busy one after its answer. */
  retire(): void {
    if (this.#state === "idle") this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

const PROBLEMS_OF: Record<Refusal["code"], ProblemCode> = {
  malformed: "malformed_request",
  too_large: "header_too_large",
  tunnel: "upgrade_not_supported",
};

function textOf({ status, headers, body }: WholeAnswer, date_line: string): string {
  const bytes = Buffer.from(body);
  const framing = `content-length: ${bytes.length}\r\nconnection: close\r\n\r\n`;
  return `${statusLine(status)}${headerLines(headers)}${date_line}${framing}${bytes.toString("latin1")}`;
}

/** The peer of a connection; IPv4 inside IPv6, as a dual-stack listener reports it, becomes IPv4. */
function peerOf(socket: Socket): string {
  const address = socket.remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
