// First lines and what follows from a whole head: framing and the connection's future (RFC 9112 sections 3, 4, 6, 9). Pure.
import { AUTHORITY, CR, LF, SPACE, standsAt, TARGET, TOKEN, VALUE } from "./bytes.ts";
import { BROKEN, type Fields, INCOMPLETE, NO_LENGTH } from "./fields.ts";
import { malformed, type Refusal } from "./refusal.ts";

/** How a body ends: at this length, or at one of these. */
export const CHUNKED = -1;
export const UNTIL_CLOSE = -2;

/**
 * A place for what is worked out from the headers of a head, and from nothing else. The same one as long as a connection says the same
 * headers, byte for byte, and connections that say the same may share it, so that it has to be worked out once.
 */
type HeadNotes = { made?: unknown };

export type RequestHead = {
  method: string;
  target: string;
  http_1_0: boolean;
  /** Names and values in turn, as they stood on the wire. */
  headers: readonly string[];
  notes: HeadNotes;
  /** The same for as long as the request line is repeated too. */
  whole_notes: HeadNotes;
  /** Length of the body, or CHUNKED. */
  framing: number;
  /** No further request comes on this connection. */
  close: boolean;
  expects_continue: boolean;
  /** Asks to speak something else from here on; what is behind it may be that already. */
  upgrade: boolean;
};

export type ResponseHead = {
  status: number;
  /** Names in lower case and values in turn. */
  headers: readonly string[];
  notes: HeadNotes;
  /** Length of the body, CHUNKED or UNTIL_CLOSE. */
  framing: number;
  close: boolean;
  /** How long the other side keeps an idle connection, if it says so. */
  keep_alive_seconds: number | undefined;
};

/** All but CONNECT of the methods that Node knows: a method that only one of two readers knows is one too many. */
const METHODS =
  `DELETE GET HEAD POST PUT OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK BIND REBIND
  UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PATCH PURGE MKCALENDAR LINK UNLINK
  SOURCE QUERY`.split(/\s+/);
const METHOD_BYTES_MAX = 32;
const byFirst = new Map<number, readonly string[]>();
for (const method of METHODS) {
  const first = method.charCodeAt(0);
  byFirst.set(first, [...(byFirst.get(first) ?? []), method]);
}

export const knownMethods: readonly string[] = METHODS;

/** The first line of a request, and where its parts stand. */
export class RequestLine {
  refusal: Refusal | undefined;
  method = "";
  target_from = 0;
  target_to = 0;
  http_1_0 = false;

  /** Position behind the line's CRLF, INCOMPLETE or BROKEN. */
  scan(bytes: Buffer, from: number, to: number): number {
    this.refusal = undefined;
    let at = from;
    while (at < to && TOKEN[bytes[at] as number] !== 0) at++;
    if (at === to) return at - from > METHOD_BYTES_MAX ? this.#broken("The request has no known method.") : INCOMPLETE;
    if (bytes[at] !== SPACE) return this.#broken("The request has no known method.");
    if (!this.#readMethod(bytes, from, at)) return BROKEN;
    this.target_from = ++at;
    while (at < to && TARGET[bytes[at] as number] === 1) at++;
    if (at === to) return INCOMPLETE;
    if (bytes[at] !== SPACE) return this.#broken("The request target contains a character that must be encoded.");
    this.target_to = at;
    if (!this.#isTarget(bytes)) return this.#broken("The request target is not one.");
    return this.#scanVersion(bytes, at + 1, to);
  }

  #broken(detail: string): number {
    this.refusal = malformed(detail);
    return BROKEN;
  }

  #readMethod(bytes: Buffer, from: number, to: number): boolean {
    for (const method of byFirst.get(bytes[from] as number) ?? []) {
      if (method.length === to - from && isText(bytes, from, method)) {
        this.method = method;
        return true;
      }
    }
    const tunnel = to - from === 7 && isText(bytes, from, "CONNECT");
    const detail = tunnel ? "CONNECT is not spoken here." : "The request has no known method.";
    this.refusal = { code: tunnel ? "tunnel" : "malformed", detail };
    return false;
  }

  /** Origin form, absolute form of http, or `*` of OPTIONS (RFC 9112 section 3.2). */
  #isTarget(bytes: Buffer): boolean {
    const { target_from: from, target_to: to } = this;
    if (bytes[from] === 0x2f) return true;
    if (to - from === 1) return bytes[from] === 0x2a && this.method === "OPTIONS";
    let at = from + 4;
    if (to - from < 8 || !standsAt(bytes, from, "http")) return false;
    if (((bytes[at] as number) | 0x20) === 0x73) at++;
    if (!isText(bytes, at, "://")) return false;
    at += 3;
    const authority_from = at;
    while (at < to && AUTHORITY[bytes[at] as number] === 1) at++;
    return at > authority_from && (at === to || bytes[at] === 0x2f || bytes[at] === 0x3f);
  }

  #scanVersion(bytes: Buffer, from: number, to: number): number {
    const minor = scanVersion(bytes, from, to);
    if (minor < 0) return minor === INCOMPLETE ? INCOMPLETE : this.#broken("The version is not HTTP/1.1 or HTTP/1.0.");
    this.http_1_0 = minor === 0;
    const at = from + 8;
    if (at === to || (at + 1 === to && bytes[at] === CR)) return INCOMPLETE;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#broken("The request line does not end with CRLF.");
    return at + 2;
  }
}

/** The minor version, INCOMPLETE or BROKEN. */
function scanVersion(bytes: Buffer, from: number, to: number): number {
  const text = "HTTP/1.";
  for (let index = 0; index < text.length; index++) {
    if (from + index === to) return INCOMPLETE;
    if (bytes[from + index] !== text.charCodeAt(index)) return BROKEN;
  }
  if (from + 7 === to) return INCOMPLETE;
  const minor = (bytes[from + 7] as number) - 0x30;
  return minor === 0 || minor === 1 ? minor : BROKEN;
}

/** The first line of an answer. */
export class StatusLine {
  refusal: Refusal | undefined;
  status = 0;
  http_1_0 = false;

  /** Position behind the line's CRLF, INCOMPLETE or BROKEN. The reason is read over (RFC 9112 section 4). */
  scan(bytes: Buffer, from: number, to: number): number {
    this.refusal = undefined;
    const minor = scanVersion(bytes, from, to);
    if (minor === INCOMPLETE) return INCOMPLETE;
    if (minor === BROKEN) return this.#broken("The answer is not HTTP/1.1.");
    this.http_1_0 = minor === 0;
    if (to - from < 13) return INCOMPLETE;
    if (bytes[from + 8] !== SPACE || !this.#readStatus(bytes, from + 9)) return this.#broken("The status is not one.");
    let at = from + 12;
    if (bytes[at] === SPACE) at++;
    else if (bytes[at] !== CR) return this.#broken("The status is not one.");
    while (at < to && VALUE[bytes[at] as number] === 1) at++;
    if (at === to || (at + 1 === to && bytes[at] === CR)) return INCOMPLETE;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#broken("The status line does not end with CRLF.");
    return at + 2;
  }

  #broken(detail: string): number {
    this.refusal = malformed(detail);
    return BROKEN;
  }

  #readStatus(bytes: Buffer, at: number): boolean {
    let status = 0;
    for (let index = at; index < at + 3; index++) {
      const digit = (bytes[index] as number) - 0x30;
      if (digit < 0 || digit > 9) return false;
      status = status * 10 + digit;
    }
    this.status = status;
    return status >= 100;
  }
}

/** What a request's head breaks as a whole (RFC 9112 sections 3.2, 6.1 and 6.3). */
export function requestTrouble({ http_1_0 }: RequestLine, fields: Fields): string | undefined {
  if (fields.chunked && fields.content_length !== NO_LENGTH)
    return "Content-Length and Transfer-Encoding exclude each other.";
  if (fields.chunked && http_1_0) return "HTTP/1.0 has no Transfer-Encoding.";
  if (fields.host_count !== 1 && !(http_1_0 && fields.host_count === 0))
    return "A request needs exactly one Host header.";
  return undefined;
}

/** `switched`: the answer is the 101 that was asked for. */
export function responseTrouble(
  { http_1_0, status }: StatusLine,
  fields: Fields,
  switched: boolean,
): string | undefined {
  if (fields.chunked && fields.content_length !== NO_LENGTH)
    return "Content-Length and Transfer-Encoding exclude each other.";
  if (fields.chunked && http_1_0) return "HTTP/1.0 has no Transfer-Encoding.";
  if (status === 101 && !switched) return "The protocol is switched although nobody asked.";
  return undefined;
}

export function requestFraming({ chunked, content_length }: Fields): number {
  if (chunked) return CHUNKED;
  return content_length === NO_LENGTH ? 0 : content_length;
}

/** RFC 9112 section 6.3. `to_head`: the request was HEAD. */
export function responseFraming(status: number, { chunked, content_length }: Fields, to_head: boolean): number {
  if (to_head || status < 200 || status === 204 || status === 304) return 0;
  if (chunked) return CHUNKED;
  return content_length === NO_LENGTH ? UNTIL_CLOSE : content_length;
}

function isText(bytes: Buffer, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[from + index] !== text.charCodeAt(index)) return false;
  return true;
}
