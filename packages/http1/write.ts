// Heads and chunk frames as latin1 text. What could end a line early is refused here, wherever it came from. Pure.
import { knownTexts } from "./names.ts";

// The engine's own loops: over texts that were cut out of others they take half the time of a loop of ours.
const NOT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_TARGET = /[^\x21-\x7e]/;

/**
 * A name that is met often, and the line of the value that was checked last, because most values come again and again. `flat`: it is
 * one piece of text, which is the last step of many put together quicker than three pieces.
 */
type KnownLine = { readonly begins: string; value: string | undefined; line: string; flat: boolean };

const KNOWN_LINES = new Map<string, KnownLine>(
  knownTexts.map((name) => [name, { begins: `${name}: `, value: undefined, line: "", flat: false }]),
);
const KEPT_CHARACTERS_MAX = 128;

/** RFC 9110 section 15. Reasons carry no meaning (RFC 9112 section 4); unknown ones stay empty. */
const REASONS: Record<number, string> = {
  101: "Switching Protocols",
  102: "Processing",
  103: "Early Hints",
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  207: "Multi-Status",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

const STATUS_LINES: string[] = [];
for (let status = 100; status < 1000; status++)
  STATUS_LINES[status] = `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n`;

export const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** The end of a body in chunks; `trailers`: header lines, or nothing. */
export function lastChunk(trailers: string): string {
  return `0\r\n${trailers}\r\n`;
}

/** What must not be written: it would be read as something else. */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
}

/** @throws Unwritable for a status that is none. */
export function statusLine(status: number): string {
  const line = STATUS_LINES[status];
  if (line === undefined) throw new Unwritable(`${status} is not a status`);
  return line;
}

/** `flat`: names and values in turn. Without the empty line. @throws Unwritable. */
export function headerLines(flat: readonly string[]): string {
  let lines = "";
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    const value = flat[index + 1] as string;
    const known = KNOWN_LINES.get(name);
    if (known === undefined) {
      if (!NAME.test(name)) throw new Unwritable(`${JSON.stringify(name)} is not a header name`);
      checkValue(name, value);
      lines += `${name}: ${value}\r\n`;
    } else lines += value === known.value ? lineAgain(known) : newLine(known, name, value);
  }
  return lines;
}

/** The same text, one byte a character, in one piece of memory: worth its cost for what is written again and again. */
export function onePiece(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function lineAgain(known: KnownLine): string {
  if (!known.flat) {
    known.line = onePiece(known.line);
    known.flat = true;
  }
  return known.line;
}

function newLine(known: KnownLine, name: string, value: string): string {
  checkValue(name, value);
  const line = `${known.begins}${value}\r\n`;
  if (value.length <= KEPT_CHARACTERS_MAX) {
    known.value = value;
    known.line = line;
    known.flat = false;
  }
  return line;
}

function checkValue(name: string, value: string): void {
  if (NOT_VALUE.test(value)) throw new Unwritable(`the value of ${name} contains a character that is not allowed`);
}

/** @throws Unwritable when the line could be read as something else. */
export function requestLine(method: string, target: string): string {
  if (method !== "GET" && !NAME.test(method)) throw new Unwritable("the method is not a token");
  if (target === "" || NOT_TARGET.test(target))
    throw new Unwritable("the target contains a character that must be encoded");
  return `${method} ${target} HTTP/1.1\r\n`;
}

/** The line before a chunk of `bytes` bytes, which must not be 0; behind the chunk comes CRLF. */
export function chunkLine(bytes: number): string {
  return `${bytes.toString(16)}\r\n`;
}
