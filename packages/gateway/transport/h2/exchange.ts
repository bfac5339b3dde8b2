// One HTTP/2 stream of a client, and the place for its answer. Node's stream does framing and flow control; this is the port's
// promises on top: nothing of a body before it is asked for, a cut is a reset, and complete means handed over whole.
import { constants, type ServerHttp2Stream } from "node:http2";
import { flatLines, type HeaderLines } from "../header-lines.ts";
import type { ClientCertificate, Covers, Exchange, ExchangeEvents, Protocol, RawHeaders } from "../listener.ts";
import { checkFields, fieldsByName, flatFields } from "./fields.ts";
import type { H2Head } from "./request.ts";

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR } = constants;

/** What an exchange knows of its connection. */
export type Peer = {
  readonly remote_address: string;
  readonly encrypted: boolean;
  readonly client_certificate: ClientCertificate | undefined;
  readonly covers: Covers | undefined;
};

export class H2Exchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly notes = undefined;
  readonly http_1_0 = false;
  readonly encrypted: boolean;
  readonly protocol: Protocol = "http/2";
  readonly remote_address: string;
  readonly client_certificate: ClientCertificate | undefined;
  readonly covers: Covers | undefined;
  readonly body_follows: boolean;
  /** Set by the connection before any event can come. */
  events: ExchangeEvents | undefined;
  readonly #stream: ServerHttp2Stream;
  #waits_for_continue: boolean;
  #head: { fields: (string | number)[]; bodiless: boolean } | undefined;
  #head_sent = false;
  #request_ended: boolean;
  #ended = false;
  /** All that was written is with the system; on HEAD that is so from the start. */
  #flushed: boolean;
  #cutting = false;
  #trailers: Record<string, string[]> | undefined;
  /** Of the request; they may come while what stands before them was not yet read. */
  #body_trailers: string[] = [];

  constructor(stream: ServerHttp2Stream, head: H2Head, peer: Peer) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.encrypted = peer.encrypted;
    this.remote_address = peer.remote_address;
    this.client_certificate = peer.client_certificate;
    this.covers = peer.covers;
    this.#stream = stream;
    this.#flushed = stream.writableFinished;
    this.#request_ended = stream.endAfterHeaders;
    this.#waits_for_continue = head.expects_continue && !this.#request_ended;
    this.body_follows = !this.#request_ended && head.content_length !== 0;
    stream.on("close", () => this.#onClose());
    stream.on("finish", () => this.#onFinish());
    stream.on("drain", () => this.#onDrain());
    stream.on("trailers", (_headers: unknown, _flags: number, raw: string[]) => {
      this.#body_trailers = flatFields(raw);
    });
    stream.on("wantTrailers", () => this.#sendTrailers());
  }

  readBody(): void {
    const stream = this.#stream;
    if (this.#gone) return;
    if (this.#waits_for_continue) stream.additionalHeaders({ ":status": 100 });
    this.#waits_for_continue = false;
    stream.on("data", (chunk: Buffer) => {
      if (!this.#ended) this.events?.onBodyData(chunk);
    });
    // Node tells of trailers one tick after it may have told of the end, and of the end of an empty body without being asked.
    const onEnd = () => process.nextTick(() => this.#onBodyEnd());
    if (stream.readableEnded) onEnd();
    else stream.on("end", onEnd);
  }

  /** The reset was our decision. */
  get was_cut(): boolean {
    return this.#cutting;
  }

  get #gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  /** A reset ends the stream as well, but says that the body is not whole. */
  #onBodyEnd(): void {
    if (this.#stream.aborted) return;
    this.#request_ended = true;
    if (this.#ended) return;
    if (this.#body_trailers.length > 0) this.events?.onBodyTrailers?.(this.#body_trailers);
    this.events?.onBodyEnd();
  }

  pauseBody(): void {
    this.#stream.pause();
  }

  resumeBody(): void {
    this.#stream.resume();
  }

  writeHead(status: number, headers: string[], _length: number | undefined, lines: HeaderLines = ""): void {
    checkFields(headers);
    const bodiless = this.method === "HEAD" || status === 204 || status === 304;
    this.#head = { fields: [":status", status, ...headers, ...flatLines(lines)], bodiless };
  }

  write(chunk: Uint8Array): boolean {
    if (chunk.length === 0 || this.#gone) return true;
    this.#sendHead(false);
    return this.#head?.bodiless === true || this.#stream.write(Buffer.from(chunk));
  }

  writeTrailers(flat: readonly string[]): void {
    this.#trailers = fieldsByName(flat);
  }

  end(chunk?: Uint8Array): void {
    this.#ended = true;
    if (this.#gone) return;
    const is_empty = chunk === undefined || chunk.length === 0;
    this.#sendHead(is_empty && this.#trailers === undefined);
    if (is_empty) this.#stream.end();
    else this.#stream.end(chunk);
    this.#letGo();
  }

  #sendHead(is_all: boolean): void {
    if (this.#head_sent || !this.#head) return;
    this.#head_sent = true;
    const { fields, bodiless } = this.#head;
    const endStream = is_all || bodiless;
    // With `waitForTrailers` nothing says END_STREAM before we do: without it, Node ends a stream cleanly before it resets it.
    // Node's typings know raw lists for requests only; `respond` takes them as well since Node 24.7.
    this.#stream.respond(fields as unknown as Record<string, string>, { endStream, waitForTrailers: !endStream });
  }

  #sendTrailers(): void {
    if (!this.#gone) this.#stream.sendTrailers(this.#trailers ?? {});
  }

  #onDrain(): void {
    if (!this.#ended && !this.#gone) this.events?.onDrain();
  }

  #onFinish(): void {
    this.#flushed = !this.#cutting && !(this.#gone && this.#stream.rstCode !== NGHTTP2_NO_ERROR);
    this.#letGo();
  }

  /** The answer is out. What is left of a body that nobody reads is not asked for (RFC 9113 section 8.1). */
  #letGo(): void {
    if (this.#ended && this.#flushed && !this.#request_ended && !this.#gone) this.#stream.close(NGHTTP2_NO_ERROR);
  }

  #onClose(): void {
    const { events } = this;
    if (!this.#ended && this.#stream.rstCode === NGHTTP2_PROTOCOL_ERROR)
      events?.onBodyBroken("The body does not have the length that was announced, or is not valid HTTP/2.");
    events?.onClosed(this.#ended && this.#flushed);
  }

  cut(): void {
    const is_second = this.#cutting;
    this.#cutting = true;
    if (this.#gone) return;
    const code = this.#head_sent ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_CANCEL;
    // What was written still goes out: half a stream has its worth. The second time there is no more patience.
    if (!is_second && this.#head_sent && this.#stream.writableLength > 0)
      this.#stream.write("", () => this.#reset(code));
    else this.#reset(code);
  }

  #reset(code: number): void {
    if (!this.#gone) this.#stream.close(code);
  }
}
