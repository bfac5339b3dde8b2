// One request on a lean connection and the place for its answer: frames the answer, and joins head and body into one write.
import { LIMITS, PROBLEMS } from "@holdfast/base";
import { CHUNKED, CONTINUE, chunkLine, headerLines, lastChunk, type RequestHead, statusLine } from "@holdfast/http1";
import type { HeaderLines } from "../header-lines.ts";
import type {
  ClientCertificate,
  Covers,
  Exchange,
  ExchangeEvents,
  HeadNotes,
  Protocol,
  RawHeaders,
} from "../listener.ts";
import type { Tunnel, TunnelEvents } from "../tunnel.ts";

/** What an exchange needs of its connection. */
export type Line = {
  readonly remote_address: string;
  readonly encrypted: boolean;
  readonly client_certificate: ClientCertificate | undefined;
  readonly covers: Covers | undefined;
  readonly stopping: boolean;
  /** The body of the present request was read to its end. */
  readonly body_read: boolean;
  /** The Date line, right to the second. */
  readonly date_line: string;
  writeText(text: string): boolean;
  /** Leaves HTTP for good. */
  openTunnel(events: TunnelEvents): Tunnel;
  writePieces(before: string, chunk: Uint8Array, after: string): boolean;
  /** The body of this exchange may come, or goes on coming. */
  wantBody(): void;
  stopBody(): void;
  /** The answer's last byte was written. */
  answered(): void;
  cut(how: "flush" | "destroy" | "reset"): void;
};

/** none: no body may come. close: it ends with the connection. */
type Framing = "none" | "length" | "chunked" | "close";

export class LeanExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly notes: HeadNotes;
  readonly whole_notes: HeadNotes;
  readonly http_1_0: boolean;
  readonly encrypted: boolean;
  readonly client_certificate: ClientCertificate | undefined;
  readonly covers: Covers | undefined;
  readonly protocol: Protocol;
  readonly remote_address: string;
  /** Set by the connection before any event can come. */
  events: ExchangeEvents | undefined;
  /** The body was asked for. */
  reading = false;
  /** The answer's last byte was written. */
  ended = false;
  /** No request comes behind this one. */
  ends_connection: boolean;
  waits_for_continue: boolean;
  readonly #line: Line;
  readonly #body_length: number;
  #head: string | undefined;
  #head_written = false;
  #framing: Framing = "none";
  #trailers = "";
  #cutting = false;

  constructor(head: RequestHead, line: Line) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.notes = head.notes;
    this.whole_notes = head.whole_notes;
    this.http_1_0 = head.http_1_0;
    this.protocol = head.http_1_0 ? "http/1.0" : "http/1.1";
    this.remote_address = line.remote_address;
    this.encrypted = line.encrypted;
    this.client_certificate = line.client_certificate;
    this.covers = line.covers;
    this.ends_connection = head.close;
    this.waits_for_continue = head.expects_continue;
    this.#line = line;
    this.#body_length = head.framing;
  }

  readBody(): void {
    if (this.waits_for_continue) this.#line.writeText(CONTINUE);
    this.waits_for_continue = false;
    this.reading = true;
    this.#line.wantBody();
  }

  pauseBody(): void {
    this.#line.stopBody();
  }

  resumeBody(): void {
    this.#line.wantBody();
  }

  writeHead(
    status: number,
    headers: string[],
    length: number | undefined,
    lines: HeaderLines = "",
    dated = false,
  ): void {
    // A client that still waits for 100 Continue may send its body or may not: nobody could tell where the next request begins.
    if (this.waits_for_continue || this.#line.stopping || this.#stopsBody(status)) this.ends_connection = true;
    this.#framing = this.#framingOf(status, length);
    if (this.#framing === "close") this.ends_connection = true;
    let text = statusLine(status) + headerLines(headers) + lines;
    if (!dated && !hasDate(headers)) text += this.#line.date_line;
    if (this.#framing === "chunked") text += "transfer-encoding: chunked\r\n";
    if (this.ends_connection) text += "connection: close\r\n";
    this.#head = `${text}\r\n`;
  }

  /** Who is refused, or sent elsewhere, in the middle of a body that is too long, or too slow, to be dropped need not send the rest. */
  #stopsBody(status: number): boolean {
    if (status < 300 || this.#line.body_read) return false;
    // Nobody waits for what did not come in time (RFC 9110 section 15.5.9).
    if (status === PROBLEMS.request_timeout.status) return true;
    return this.#body_length === CHUNKED ? this.reading : this.#body_length > LIMITS.discard_bytes_max;
  }

  #framingOf(status: number, length: number | undefined): Framing {
    if (this.method === "HEAD" || status === 204 || status === 304) return "none";
    if (length !== undefined) return "length";
    return this.http_1_0 ? "close" : "chunked";
  }

  writeInterim(status: number, headers: readonly string[]): void {
    // HTTP/1.0 does not know them (RFC 9110 section 15.2).
    if (this.http_1_0 || this.#head !== undefined) return;
    this.#line.writeText(`${statusLine(status)}${headerLines(headers)}\r\n`);
  }

  upgrade(headers: readonly string[], events: TunnelEvents): Tunnel {
    this.#head = "";
    this.#head_written = true;
    this.ends_connection = true;
    this.#line.writeText(`${statusLine(101)}${headerLines(headers)}connection: upgrade\r\n\r\n`);
    return this.#line.openTunnel(events);
  }

  /** Only in chunks is there room for them. */
  writeTrailers(flat: readonly string[]): void {
    if (this.#framing === "chunked") this.#trailers = headerLines(flat);
  }

  write(chunk: Uint8Array): boolean {
    if (chunk.length === 0 || this.#framing === "none") return true;
    if (this.#framing !== "chunked") return this.#put("", chunk, "");
    return this.#put(chunkLine(chunk.length), chunk, "\r\n");
  }

  end(chunk?: Uint8Array): void {
    const after = this.#framing === "chunked" ? lastChunk(this.#trailers) : "";
    if (chunk === undefined || chunk.length === 0 || this.#framing === "none") this.#putText(after);
    else if (this.#framing === "chunked") this.#put(chunkLine(chunk.length), chunk, `\r\n${after}`);
    else this.#put("", chunk, "");
    this.ended = true;
    this.#line.answered();
  }

  #takeHead(): string {
    const head = this.#head_written ? "" : (this.#head as string);
    this.#head_written = true;
    return head;
  }

  #putText(text: string): void {
    const whole = this.#takeHead() + text;
    if (whole !== "") this.#line.writeText(whole);
  }

  #put(before: string, chunk: Uint8Array, after: string): boolean {
    return this.#line.writePieces(this.#takeHead() + before, chunk, after);
  }

  cut(): void {
    // Where the end of the connection is the end of the body, only a reset says that it is not.
    if (this.#framing === "close" && this.#head !== undefined) this.#line.cut("reset");
    // What was written still goes out: half a stream has its worth. The second time there is no more patience.
    else this.#line.cut(this.#head !== undefined && !this.#cutting ? "flush" : "destroy");
    this.#cutting = true;
  }
}

/** Names only: a value of that word is none. */
function hasDate(headers: readonly string[]): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === "date") return true;
  return false;
}
