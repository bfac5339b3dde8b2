// The port on the clients' side: what the pipeline sees of a connection. node-listener.ts implements it on `node:http`,
// lean/listener.ts on a codec of our own; nothing of either may show here.
import type { Clock, ProblemCode } from "@holdfast/base";
import type { HeaderLines } from "./header-lines.ts";
import type { Tunnel, TunnelEvents } from "./tunnel.ts";

/** Names and values in turn, as they stood on the wire. */
export type RawHeaders = readonly string[];

export type Protocol = "http/1.0" | "http/1.1" | "http/2" | "websocket";

/** Of a client that proved with a certificate who it is (mutual TLS). */
export type ClientCertificate = {
  /** One line: CN=shop, O=Acme. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, as OpenSSL writes it. */
  readonly serial_number: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Subject alternative names as they stand: DNS:shop.internal, URI:spiffe://acme/shop. */
  readonly names: readonly string[];
};

/** Whether a certificate is for this host: lower case, without port and without the dot of the root. */
export type Covers = (host: string) => boolean;

/**
 * A place for what is worked out from the headers of a request or an answer, and from nothing else. The same one as long as a connection
 * says the same, byte for byte, and connections that say the same may share it, so that it has to be worked out once.
 */
export type HeadNotes = { made?: unknown };

/** One request and the place for its answer. */
export type Exchange = {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  readonly headers: RawHeaders;
  /** Of these headers; undefined where nobody tells when a client says the same again. */
  readonly notes: HeadNotes | undefined;
  /** Of the request line and these headers. */
  readonly whole_notes?: HeadNotes | undefined;
  readonly http_1_0: boolean;
  /** Over TLS. */
  readonly encrypted: boolean;
  /** For records: http/1.1, http/2. */
  readonly protocol: Protocol;
  /** A body follows although no header says so: HTTP/2 frames it itself. */
  readonly body_follows?: boolean;
  /** Whom the client's certificate names; undefined when none was shown. Only verified ones come this far. */
  readonly client_certificate?: ClientCertificate | undefined;
  /** Of the certificate that the client's server name chose; undefined: nothing was chosen by name. */
  readonly covers?: Covers | undefined;
  /** IPv4 or IPv6 text; IPv4 inside IPv6 comes as IPv4. */
  readonly remote_address: string;
  /** Lets the body come, as events; sends `100 Continue` first to a client that waits for it. Nothing comes before. */
  readBody(): void;
  pauseBody(): void;
  resumeBody(): void;
  /**
   * Travels with the first piece of the body. `length` undefined: the body ends where `end` is called. `lines`: further headers, with a Date among
   * them where `dated` says so.
   */
  writeHead(status: number, headers: string[], length: number | undefined, lines?: HeaderLines, dated?: boolean): void;
  /** `chunk` may be overwritten after this call. False: the client is slower than we are; wait for `onDrain`. */
  write(chunk: Uint8Array): boolean;
  end(chunk?: Uint8Array): void;
  /** An answer before the final one (RFC 9110 section 15.2). Left out where the client could not read it. */
  writeInterim?(status: number, headers: readonly string[]): void;
  /**
   * Answers 101 and leaves HTTP. `headers` have `upgrade`; `connection` is added. `onClosed` still is the last event. Left out where
   * it cannot be done.
   */
  upgrade?(headers: readonly string[], events: TunnelEvents): Tunnel;
  /** Headers behind the body, between the last piece and `end`. Left out where the client's protocol has no room for them. */
  writeTrailers?(flat: readonly string[]): void;
  /**
   * Ends the connection so that nobody can take what was sent for the whole answer. What was written still goes out; a second
   * call waits no longer for it.
   */
  cut(): void;
};

export type ExchangeEvents = {
  /** `chunk` may be overwritten after this call: whoever keeps it copies it. */
  onBodyData(chunk: Uint8Array): void;
  /** Headers behind the body, before its end. Names in lower case. */
  onBodyTrailers?(flat: string[]): void;
  onBodyEnd(): void;
  /** The body's framing is broken; no more of it will come. */
  onBodyBroken(detail: string): void;
  onDrain(): void;
  /** The last event, exactly once. `complete`: the whole answer was handed to the system; otherwise the connection is gone. */
  onClosed(complete: boolean): void;
};

/** Bytes that never became a request. */
export type BrokenRequest = { code: ProblemCode; detail: string; remote_address: string };

export type WholeAnswer = { status: number; headers: string[]; body: string };

export type ListenerOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Several threads or processes listen on the same port. */
  reuse_port: boolean;
  clock: Clock;
  onExchange(exchange: Exchange): ExchangeEvents;
  /** The connection is closed after the answer. */
  onBroken(broken: BrokenRequest): WholeAnswer;
};

export type Listener = {
  readonly port: number;
  /** Accepts nothing new; what is open goes on. For who shares the port: nobody must be sent away before all have done it. */
  shut(): void;
  /** Accepts nothing new, closes idle connections, and closes each other one after the answer it is busy with. Resolves when all are closed. */
  stop(): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
};
