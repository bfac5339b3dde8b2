// Upstream requests over wires of packages/net, in our own HTTP/1.1. A wire goes back to its pool only when the answer was read to
// its end, nothing came behind it, the request was sent whole, and neither side wants to close.
import { LIMITS } from "@holdfast/base";
import {
  DATA,
  END,
  HEAD,
  headerLines,
  INTERIM,
  lastChunk,
  MORE,
  REFUSED,
  type ReaderEvent,
  type ResponseHead,
  ResponseReader,
  requestLine,
  Unwritable,
} from "@holdfast/http1";
import type { Wire, WirePool, WireUser } from "@holdfast/net";
import type { Tunnel, TunnelEvents } from "../tunnel.ts";
import type {
  UpstreamEvents,
  UpstreamExchange,
  UpstreamFailure,
  UpstreamOrigin,
  UpstreamRequest,
} from "../upstream.ts";
import { copyOf, writeChunk, writePieces } from "./pieces.ts";
import { tunnelThrough } from "./socket-tunnel.ts";
import { isWritten, writeText } from "./write-text.ts";

/** How long a wire is kept when the upstream does not say. nginx as an upstream keeps 75 s. */
const KEEP_MS = 30_000;
/** Taken off what the upstream says: a request under way must not meet the closing. */
const KEEP_MARGIN_MS = 2_000;

const LIMITS_OF_ANSWERS = { head_bytes_max: LIMITS.upstream_head_bytes_max };
/** Methods whose meaning expects a body: without one they say so (RFC 9110 section 8.6). */
const EXPECTS_BODY = new Set(["POST", "PUT", "PATCH"]);

/** `host`: as the Host header names it. */
export function leanOrigin(pool: WirePool, host: string, name: string): UpstreamOrigin {
  const own_lines = `host: ${host}\r\nconnection: keep-alive\r\n`;
  const upgrade_lines = `host: ${host}\r\nconnection: upgrade\r\nupgrade: `;
  return {
    name,
    send(request, events) {
      const exchange = new LeanUpstream(pool, request, events);
      if (request.host !== undefined) exchange.send(linesFor(request.host, request.upgrade));
      else exchange.send(request.upgrade ? `${upgrade_lines}${request.upgrade}\r\n` : own_lines);
      return exchange;
    },
  };
}

/** `host` was checked where it came from: a client's by routing/host.ts, a written one by the settings. */
function linesFor(host: string, upgrade: UpstreamRequest["upgrade"]): string {
  return `host: ${host}\r\nconnection: ${upgrade ? `upgrade\r\nupgrade: ${upgrade}` : "keep-alive"}\r\n`;
}

/** Wires of a pool are used in one protocol. */
function readerOf(wire: Wire): ResponseReader {
  wire.kept ??= new ResponseReader(LIMITS_OF_ANSWERS);
  return wire.kept as ResponseReader;
}

class LeanUpstream implements UpstreamExchange, WireUser {
  readonly #pool: WirePool;
  readonly #request: UpstreamRequest;
  readonly #events: UpstreamEvents;
  #head = "";
  #chunked = false;
  #trailers = "";
  #tunnel: TunnelEvents | undefined;
  #wire: Wire | undefined;
  #reader: ResponseReader | undefined;
  #sent = false;
  #blocked = false;
  #answered = false;
  /** The answer refuses the request and ends the connection: what comes behind it could only break what is left of the answer. */
  #stopped = false;
  #done = false;

  constructor(pool: WirePool, request: UpstreamRequest, events: UpstreamEvents) {
    this.#pool = pool;
    this.#request = request;
    this.#events = events;
  }

  send(own_lines: string): void {
    const { method, path, headers, lines = "", body } = this.#request;
    try {
      this.#chunked = body === "streamed" && !hasLength(headers);
      const theirs = headerLines(headers);
      this.#head = `${requestLine(method, path)}${own_lines}${theirs}${lines}${this.#framing(method, body)}\r\n`;
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      const { message } = error;
      // Not before `send` has returned: its caller would take what comes of it for the older one.
      queueMicrotask(() => this.#fail("unsendable", message));
      return;
    }
    this.#pool.take(this);
  }

  #framing(method: string, body: UpstreamRequest["body"]): string {
    if (this.#chunked) return "transfer-encoding: chunked\r\n";
    if (body === "streamed") return "";
    if (body) return `content-length: ${body.length}\r\n`;
    return EXPECTS_BODY.has(method) ? "content-length: 0\r\n" : "";
  }

  onWire(wire: Wire, fresh: boolean): void {
    const { method, body, upgrade } = this.#request;
    this.#wire = wire;
    this.#reader = readerOf(wire);
    this.#reader.expect(method, upgrade !== undefined);
    this.#events.onConnected(fresh);
    if (this.#done) return;
    if (body instanceof Uint8Array) writePieces(wire.socket, { before: this.#head, chunk: body, after: "" });
    else writeText(wire.socket, this.#head);
    if (body === "streamed") this.#events.onUploadWanted();
    else this.#requestSent();
  }

  #requestSent(): void {
    this.#sent = true;
    this.#events.onSent();
  }

  onNoWire(error: Error): void {
    this.#fail("unreachable", error.message);
  }

  onBytes(bytes: Buffer, count: number): void {
    const reader = this.#reader as ResponseReader;
    reader.push(bytes, count);
    for (;;) {
      const event = reader.next();
      if (event === MORE) break;
      this.#take(event, reader);
      if (this.#done) return;
    }
    reader.keep();
  }

  #take(event: ReaderEvent, reader: ResponseReader): void {
    if (event === HEAD) this.#onHead(reader.head);
    else if (event === DATA) this.#onData(reader.data);
    else if (event === INTERIM) this.#onInterim(reader.head);
    else if (event === END) this.#end(reader);
    else if (event === REFUSED) this.#fail(this.#answered ? "cut" : "invalid", reader.refusal?.detail ?? "");
  }

  #onHead({ status, headers, notes, close }: ResponseHead): void {
    this.#answered = true;
    this.#stopped = close && status >= 300 && !this.#sent;
    if (status === 101) this.#tunnel = this.#events.onUpgraded?.(headers, this.#openTunnel());
    else this.#events.onHead(status, headers, notes);
  }

  #onInterim({ status, headers }: ResponseHead): void {
    // 100 answers our own sending; the client got its own.
    if (status !== 100) this.#events.onInterim?.(status, headers);
  }

  #onData(bytes: Uint8Array): void {
    if (this.#tunnel) this.#tunnel.onBytes(copyOf(bytes));
    else this.#events.onData(bytes);
  }

  #openTunnel(): Tunnel {
    const { socket } = this.#wire as Wire;
    return tunnelThrough(socket, { end: () => void socket.destroySoon(), destroy: () => this.cancel() });
  }

  #end(reader: ResponseReader): void {
    const wire = this.#wire as Wire;
    const { close, keep_alive_seconds } = reader.head;
    if (reader.trailers) this.#events.onTrailers?.(reader.trailers);
    if (this.#done) return;
    this.#done = true;
    const at_rest = reader.resting && this.#sent && !close && isWritten(wire.socket);
    if (at_rest) {
      if (wire.socket.isPaused()) wire.socket.resume();
      this.#pool.give(wire, keepMs(keep_alive_seconds));
    } else this.#pool.drop(wire);
    this.#events.onEnd();
  }

  onDrain(): void {
    this.#tunnel?.onDrain();
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#events.onUploadWanted();
  }

  onClosed(error: Error | undefined): void {
    if (this.#done) return;
    if (this.#tunnel) {
      this.#done = true;
      this.#tunnel.onEnded();
      return;
    }
    const reader = this.#reader as ResponseReader;
    if (this.#answered && !error && reader.may_end) {
      this.#done = true;
      this.#events.onEnd();
      return;
    }
    const detail = error?.message ?? "the connection ended";
    // A head that only begins is nonsense, nothing at all is an end.
    const kind = reader.rest > 0 ? "invalid" : "closed";
    this.#fail(this.#answered ? "cut" : kind, detail);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#done || !this.#wire) return true;
    if (this.#stopped) return false;
    const { socket } = this.#wire;
    if (this.#chunked) writeChunk(socket, chunk);
    else writePieces(socket, { before: "", chunk, after: "" });
    this.#blocked = socket.writableNeedDrain;
    return !this.#blocked;
  }

  /** Only in chunks is there room for them. */
  writeTrailers(flat: readonly string[]): void {
    if (this.#chunked) this.#trailers = headerLines(flat);
  }

  finish(): void {
    if (this.#done || this.#stopped || !this.#wire) return;
    if (this.#chunked) writeText(this.#wire.socket, lastChunk(this.#trailers));
    this.#requestSent();
  }

  pause(): void {
    if (!this.#done) this.#wire?.socket.pause();
  }

  resume(): void {
    if (!this.#done) this.#wire?.socket.resume();
  }

  cancel(): void {
    if (this.#done) return;
    this.#done = true;
    this.#letGo();
  }

  #letGo(): void {
    if (!this.#wire) this.#pool.leave(this);
    // What a tunnel has sent last is to arrive.
    else if (this.#tunnel) this.#pool.drop(this.#wire);
    else this.#pool.abort(this.#wire);
  }

  #fail(kind: UpstreamFailure["kind"], detail: string): void {
    if (this.#done) return;
    this.#done = true;
    if (this.#wire) this.#pool.drop(this.#wire);
    this.#events.onFailed({ kind, detail });
  }
}

function keepMs(announced_seconds: number | undefined): number {
  return announced_seconds === undefined ? KEEP_MS : Math.min(KEEP_MS, announced_seconds * 1000 - KEEP_MARGIN_MS);
}

/** Looks at names only: a value that reads like one frames nothing. */
function hasLength(headers: readonly string[]): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === "content-length") return true;
  return false;
}
