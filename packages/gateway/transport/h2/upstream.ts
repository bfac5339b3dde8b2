// Upstream requests over HTTP/2. A request that the upstream refused unread (REFUSED_STREAM, or past the last stream of its
// GOAWAY; RFC 9113 section 8.7) goes out once more on another connection, with what was already sent of its body.
import { type ClientHttp2Stream, constants } from "node:http2";
import type { Dialer } from "@holdfast/net";
import { isGrpc } from "../../headers/grpc.ts";
import { headerOf } from "../../headers/header-list.ts";
import { flatLines } from "../header-lines.ts";
import type {
  UpstreamEvents,
  UpstreamExchange,
  UpstreamFailure,
  UpstreamOrigin,
  UpstreamRequest,
} from "../upstream.ts";
import { fieldsByName, flatFields, troubleIn } from "./fields.ts";
import { type SessionUser, type UpstreamSession, UpstreamSessions } from "./sessions.ts";

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** Of a streamed body: so much is kept until the upstream has shown that it took the request. */
const KEPT_BYTES_MAX = 64 * 1024;

/** `host`: as the upstream is named in `:authority`. */
export function h2Origin(dialer: Dialer, host: string, name: string): UpstreamOrigin {
  const sessions = sessionsOf(dialer);
  const own = [":scheme", dialer.origin.protocol.slice(0, -1), ":authority", host];
  return {
    name,
    send(request, events) {
      const exchange = new H2Upstream(sessions, request, events);
      exchange.send(request.host === undefined ? own : [...own.slice(0, -1), request.host]);
      return exchange;
    },
  };
}

/** A dialer that several plans hold has one set of connections. */
function sessionsOf(dialer: Dialer): UpstreamSessions {
  const known = dialer.owner;
  if (known instanceof UpstreamSessions) return known;
  const sessions = new UpstreamSessions(dialer);
  dialer.owner = sessions;
  return sessions;
}

class H2Upstream implements UpstreamExchange, SessionUser {
  readonly #sessions: UpstreamSessions;
  readonly #request: UpstreamRequest;
  readonly #events: UpstreamEvents;
  #fields: string[] = [];
  #grpc = false;
  #session: UpstreamSession | undefined;
  #stream: ClientHttp2Stream | undefined;
  /** Pieces of a streamed body; undefined once they became too many, or an answer came. */
  #kept: Uint8Array[] | undefined = [];
  #kept_bytes = 0;
  #finished = false;
  #trailers: Record<string, string[]> | undefined;
  #answered = false;
  #status_told = false;
  #answer_trailers: string[] | undefined;
  #again = false;
  #done = false;

  constructor(sessions: UpstreamSessions, request: UpstreamRequest, events: UpstreamEvents) {
    this.#sessions = sessions;
    this.#request = request;
    this.#events = events;
  }

  send(own: readonly string[]): void {
    const { method, path, headers, lines = "", body } = this.#request;
    this.#grpc = isGrpc(headerOf(headers, "content-type"));
    this.#fields = [":method", method, ":path", path, ...own, ...headers, ...flatLines(lines)];
    // The one hop-by-hop header that HTTP/2 knows; gRPC servers refuse calls without it.
    if (this.#grpc) this.#fields.push("te", "trailers");
    if (body instanceof Uint8Array) this.#fields.push("content-length", String(body.length));
    const trouble = troubleIn(headers);
    // Not before `send` has returned: its caller would take what comes of it for the older one.
    if (trouble !== undefined) queueMicrotask(() => this.#fail("unsendable", trouble));
    else this.#sessions.take(this);
  }

  onSession(session: UpstreamSession, fresh: boolean): void {
    const { body } = this.#request;
    this.#session = session;
    this.#events.onConnected(fresh);
    if (this.#done) return;
    const options = { endStream: body === undefined, waitForTrailers: body === "streamed" };
    this.#stream = session.session.request(this.#fields, options);
    this.#listen(this.#stream, session);
    if (body === "streamed") this.#upload(this.#stream);
    else {
      if (body) this.#stream.end(body);
      if (!this.#again) this.#events.onSent();
    }
  }

  /** What was sent before the upstream refused goes first. */
  #upload(stream: ClientHttp2Stream): void {
    for (const chunk of this.#kept ?? []) stream.write(chunk);
    if (this.#finished) stream.end();
    else if (!stream.writableNeedDrain) this.#events.onUploadWanted();
  }

  #listen(stream: ClientHttp2Stream, session: UpstreamSession): void {
    stream.on("response", (_headers: unknown, _flags: number, raw: string[]) => this.#onResponse(stream, raw));
    stream.on("trailers", (_headers: unknown, _flags: number, raw: string[]) => {
      session.heard();
      this.#answer_trailers = flatFields(raw);
    });
    stream.on("wantTrailers", () => stream.sendTrailers(this.#trailers ?? {}));
    stream.on("drain", () => {
      if (!this.#done && stream === this.#stream && !this.#finished) this.#events.onUploadWanted();
    });
    // Told by `close`, which always follows.
    stream.on("error", () => undefined);
    stream.on("close", () => {
      this.#sessions.leave(session);
      if (stream === this.#stream) this.#onClose(stream);
    });
  }

  #onResponse(stream: ClientHttp2Stream, raw: string[]): void {
    if (this.#done) return;
    this.#session?.heard();
    this.#answered = true;
    this.#kept = undefined;
    const status = Number(raw[raw.indexOf(":status") + 1]);
    const headers = flatFields(raw);
    const trouble = troubleIn(headers);
    if (trouble !== undefined) {
      this.#fail("invalid", trouble);
      return;
    }
    this.#status_told = headerOf(headers, "grpc-status") !== undefined;
    // Nothing is read before somebody listens, so the head always comes first.
    stream.on("data", (chunk: Buffer) => {
      if (this.#done) return;
      this.#session?.heard();
      this.#events.onData(chunk);
    });
    // Node tells of trailers one tick after it may have told of the end.
    stream.on("end", () => process.nextTick(() => this.#onEnd(stream)));
    this.#events.onHead(status, headers);
  }

  #onEnd(stream: ClientHttp2Stream): void {
    if (this.#done || stream.rstCode !== NGHTTP2_NO_ERROR) return;
    const trailers = this.#answer_trailers;
    const told = this.#status_told || (trailers !== undefined && headerOf(trailers, "grpc-status") !== undefined);
    // A call without its status has not ended, whatever the framing says (gRPC over HTTP/2, "Responses").
    if (this.#grpc && !told) {
      this.#fail("cut", "the answer ended without grpc-status");
      return;
    }
    this.#done = true;
    if (trailers && trailers.length > 0) this.#events.onTrailers?.(trailers);
    this.#events.onEnd();
    // An answer may be whole before the request is: nobody wants the rest.
    if (!stream.writableEnded) stream.close(NGHTTP2_NO_ERROR);
  }

  #onClose(stream: ClientHttp2Stream): void {
    this.#stream = undefined;
    if (this.#done) return;
    // The end, if it was one, is told a tick later.
    if (this.#answered) process.nextTick(() => this.#fail("cut", "the stream was reset"));
    else if (stream.rstCode !== NGHTTP2_REFUSED_STREAM) this.#fail("closed", "the stream was reset");
    else if (this.#again || !this.#kept) this.#fail("unreachable", "the upstream refused the request unread");
    else this.#sendAgain();
  }

  #sendAgain(): void {
    this.#again = true;
    if (this.#session) this.#session.closing = true;
    this.#sessions.take(this);
  }

  onNoSession(error: Error): void {
    this.#fail("unreachable", error.message);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#done) return true;
    const own = Buffer.from(chunk);
    this.#keep(own);
    const stream = this.#stream;
    if (!stream) return this.#kept !== undefined;
    return stream.destroyed || stream.closed || stream.write(own);
  }

  #keep(chunk: Uint8Array): void {
    if (!this.#kept) return;
    this.#kept_bytes += chunk.length;
    if (this.#kept_bytes <= KEPT_BYTES_MAX) this.#kept.push(chunk);
    else this.#kept = undefined;
  }

  writeTrailers(flat: readonly string[]): void {
    this.#trailers = fieldsByName(flat);
  }

  finish(): void {
    if (this.#done || this.#finished) return;
    this.#finished = true;
    this.#stream?.end();
    this.#events.onSent();
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  cancel(): void {
    if (this.#done) return;
    this.#done = true;
    this.#letGo();
  }

  #letGo(): void {
    if (this.#stream) this.#stream.close(NGHTTP2_CANCEL);
    else this.#sessions.forget(this);
  }

  #fail(kind: UpstreamFailure["kind"], detail: string): void {
    if (this.#done) return;
    this.#done = true;
    if (this.#stream && !this.#stream.closed) this.#stream.close(NGHTTP2_CANCEL);
    this.#events.onFailed({ kind, detail });
  }
}
