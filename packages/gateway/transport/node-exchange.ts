// One request and its answer on `node:http`. Listeners are shared functions that find their exchange by a symbol, because a
// closure for each event of each call costs more than the event.
import type { IncomingMessage, ServerResponse } from "node:http";
import { LIMITS, PROBLEMS } from "@holdfast/base";
import { flatLines, type HeaderLines } from "./header-lines.ts";
import type { Exchange, ExchangeEvents, Protocol, RawHeaders } from "./listener.ts";
import { peerOf } from "./peer.ts";

const EXCHANGE = Symbol("exchange");

/** Up to here copying a body costs less than a second piece in the write. */
const SMALL_BODY_BYTES = 8192;

type Carrier = { [EXCHANGE]?: NodeExchange | undefined };

export class NodeExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly notes = undefined;
  readonly http_1_0: boolean;
  readonly encrypted: boolean = false;
  readonly protocol: Protocol;
  readonly remote_address: string;
  /** Set by the listener before any event can come. */
  events!: ExchangeEvents;

  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #state: { stopping: boolean };
  #waits_for_continue: boolean;
  #reading = false;
  #length: number | undefined;
  #held: Uint8Array | undefined;
  #discarded_bytes = 0;
  #cutting = false;
  #ends_connection = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    waits_for_continue: boolean,
    state: { stopping: boolean },
  ) {
    this.method = request.method as string;
    this.target = request.url as string;
    this.headers = request.rawHeaders;
    this.http_1_0 = request.httpVersionMinor === 0;
    this.protocol = this.http_1_0 ? "http/1.0" : "http/1.1";
    this.remote_address = peerOf(request.socket);
    this.#request = request;
    this.#response = response;
    this.#waits_for_continue = waits_for_continue;
    this.#state = state;
    (request as Carrier)[EXCHANGE] = this;
    (response as Carrier)[EXCHANGE] = this;
    (request.socket as Carrier)[EXCHANGE] = this;
    response.on("close", onClose);
    response.on("error", ignore);
  }

  readBody(): void {
    if (this.#waits_for_continue) this.#response.writeContinue();
    this.#waits_for_continue = false;
    this.#reading = true;
    this.#request.on("error", ignore);
    this.#request.on("end", onEnd);
    this.#request.on("data", onData);
  }

  pauseBody(): void {
    this.#request.pause();
  }

  resumeBody(): void {
    this.#request.resume();
  }

  writeHead(status: number, headers: string[], length: number | undefined, lines: HeaderLines = ""): void {
    // A client that still waits for 100 Continue may send its body or may not: nobody could tell where the next request begins.
    const ends = this.#waits_for_continue || this.#ends_connection || this.#state.stopping || this.#isTooSlow(status);
    if (ends) headers.push("connection", "close");
    this.#length = length;
    this.#response.writeHead(status, [...headers, ...flatLines(lines)]);
  }

  /** Nobody waits for what did not come in time. */
  #isTooSlow(status: number): boolean {
    return status === PROBLEMS.request_timeout.status && !this.#request.complete;
  }

  write(chunk: Uint8Array): boolean {
    // An answer that came in one piece leaves in one piece, head and body in one system call.
    if (this.#held === undefined && chunk.length === this.#length) {
      this.#held = Buffer.from(chunk);
      return true;
    }
    if (this.#response.write(Buffer.from(chunk))) return true;
    if (this.#response.listenerCount("drain") === 0) this.#response.on("drain", onDrain);
    return false;
  }

  end(chunk?: Uint8Array): void {
    const last = chunk ?? this.#held;
    if (last === undefined) this.#response.end();
    // As text of the same bytes it shares one string, and one plain write, with the head.
    else if (last.length <= SMALL_BODY_BYTES) this.#response.end(latin1(last), "latin1");
    else this.#response.end(last);
    if (!this.#request.complete) this.#discardBody();
  }

  cut(): void {
    const socket = this.#request.socket;
    const ends_with_connection = this.http_1_0 && this.#length === undefined && this.#response.headersSent;
    // Where the end of the connection is the end of the body, only a reset says that it is not.
    if (ends_with_connection) socket.resetAndDestroy();
    // What was written still goes out: half a stream has its worth. The second time there is no more patience.
    else if (this.#response.headersSent && !this.#cutting) socket.destroySoon();
    else socket.destroy();
    this.#cutting = true;
  }

  /** The parser choked and is gone: on this request's body, or on bytes behind it, which must not disturb this answer. */
  onBrokenInput(detail: string): "body" | "behind" {
    this.#ends_connection = true;
    if (this.#request.complete) return "behind";
    if (this.#response.writableEnded) this.#request.socket.destroy();
    else this.events.onBodyBroken(detail);
    return "body";
  }

  onData(chunk: Buffer): void {
    if (!this.#response.writableEnded) {
      this.events.onBodyData(chunk);
      return;
    }
    this.#discarded_bytes += chunk.length;
    if (this.#discarded_bytes > LIMITS.discard_bytes_max) this.#request.socket.destroy();
  }

  onEnd(): void {
    if (!this.#response.writableEnded) this.events.onBodyEnd();
  }

  onClose(): void {
    const socket = this.#request.socket as Carrier;
    if (socket[EXCHANGE] === this) socket[EXCHANGE] = undefined;
    if (this.#ends_connection) this.#request.socket.destroySoon();
    this.events.onClosed(this.#response.writableFinished);
  }

  /** What is left of the request is read and dropped: closing at once would take the answer out of the client's hands. */
  #discardBody(): void {
    if (!this.#reading) {
      this.#request.on("error", ignore);
      this.#request.on("data", onData);
    }
    this.#request.resume();
  }
}

export function exchangeOn(socket: object): NodeExchange | undefined {
  return (socket as Carrier)[EXCHANGE];
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function onData(this: Carrier, chunk: Buffer): void {
  this[EXCHANGE]?.onData(chunk);
}

function onEnd(this: Carrier): void {
  this[EXCHANGE]?.onEnd();
}

function onDrain(this: Carrier): void {
  this[EXCHANGE]?.events.onDrain();
}

function onClose(this: Carrier): void {
  this[EXCHANGE]?.onClose();
}

/** Errors of a connection that goes away are told by `close`, which always follows. */
function ignore(): void {}
