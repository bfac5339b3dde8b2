// The head of an HTTP/2 request as the pipeline takes it, or what is wrong with it. nghttp2 refuses most of this already; it must
// hold whatever the parser, because behind this the same request is written as HTTP/1.1. Pure.

export type H2Head = {
  method: string;
  target: string;
  /** Names and values in turn, `host` first, cookies in one line; no pseudo-header. */
  headers: string[];
  content_length: number | undefined;
  expects_continue: boolean;
};

export type HeadRefusal = { code: "malformed_request" | "header_too_large"; detail: string };
export type ReadHead = { ok: true; head: H2Head } | { ok: false; refusal: HeadRefusal };

/** What a line counts beyond its name and value (RFC 9113 section 6.5.2). */
const LINE_BYTES = 32;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9113 section 8.2.1: lower case only. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const NOT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const LENGTH = /^(0|[1-9]\d{0,15})$/;

/** What belongs to one connection has no place in HTTP/2 (RFC 9113 section 8.2.2). */
const OF_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

type Pseudo = Map<string, string>;

/** `raw`: names and values in turn, as they came. `bytes_max`: of the head, counted as RFC 9113 section 6.5.2 does. */
export function readHead(raw: readonly string[], bytes_max: number): ReadHead {
  const pseudo: Pseudo = new Map();
  let bytes = 0;
  const fields = new Fields();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    bytes += name.length + value.length + LINE_BYTES;
    if (bytes > bytes_max) return refuse(`The request head may have ${bytes_max} bytes.`, "header_too_large");
    const trouble = name.startsWith(":") ? notePseudo(pseudo, fields, name, value) : fields.note(name, value);
    if (trouble !== undefined) return refuse(trouble);
  }
  return headOf(pseudo, fields);
}

function refuse(detail: string, code: HeadRefusal["code"] = "malformed_request"): ReadHead {
  return { ok: false, refusal: { code, detail } };
}

const PSEUDO = new Set([":method", ":scheme", ":path", ":authority"]);

/** RFC 9113 section 8.3. */
function notePseudo(pseudo: Pseudo, fields: Fields, name: string, value: string): string | undefined {
  if (!PSEUDO.has(name)) return `${JSON.stringify(name)} is not a pseudo-header of a request.`;
  if (pseudo.has(name)) return `${name} is there twice.`;
  if (!fields.none) return "A pseudo-header follows a header.";
  if (NOT_VALUE.test(value)) return `The value of ${name} contains a control character.`;
  pseudo.set(name, value);
  return undefined;
}

class Fields {
  readonly others: string[] = [];
  none = true;
  host: string | undefined;
  cookie: string | undefined;
  content_length: number | undefined;
  expects_continue = false;

  note(name: string, value: string): string | undefined {
    this.none = false;
    if (!NAME.test(name)) return "A header name is not a name in lower case.";
    if (NOT_VALUE.test(value)) return `The value of ${name} contains a control character.`;
    if (OF_CONNECTION.has(name)) return `HTTP/2 has no ${name} header.`;
    switch (name) {
      case "host":
        return this.#noteHost(value);
      case "cookie":
        // Crumbs become one header again (RFC 9113 section 8.2.3).
        this.cookie = this.cookie === undefined ? value : `${this.cookie}; ${value}`;
        return undefined;
      case "te":
        if (value.toLowerCase() !== "trailers") return "TE may only be trailers in HTTP/2.";
        break;
      case "content-length":
        if (this.content_length !== undefined || !LENGTH.test(value)) return "Content-Length is not one length.";
        this.content_length = Number(value);
        break;
      case "expect":
        this.expects_continue = value.toLowerCase() === "100-continue";
        break;
      default:
    }
    this.others.push(name, value);
    return undefined;
  }

  #noteHost(value: string): string | undefined {
    if (this.host !== undefined) return "A request has at most one Host header.";
    this.host = value;
    return undefined;
  }
}

function headOf(pseudo: Pseudo, fields: Fields): ReadHead {
  const method = pseudo.get(":method") ?? "";
  const target = pseudo.get(":path") ?? "";
  const scheme = pseudo.get(":scheme")?.toLowerCase();
  const authority = pseudo.get(":authority");
  if (!TOKEN.test(method)) return refuse("The method is not a token.");
  if (method === "CONNECT") return refuse("CONNECT is not spoken here.");
  if (scheme !== "http" && scheme !== "https") return refuse("The scheme is neither http nor https.");
  if (!target.startsWith("/")) return refuse("The path does not begin with a slash.");
  if (authority !== undefined && fields.host !== undefined && authority.toLowerCase() !== fields.host.toLowerCase())
    return refuse(":authority names another host than the Host header.");
  const host = authority ?? fields.host;
  const headers = host === undefined ? fields.others : ["host", host, ...fields.others];
  if (fields.cookie !== undefined) headers.push("cookie", fields.cookie);
  const { content_length, expects_continue } = fields;
  return { ok: true, head: { method, target, headers, content_length, expects_continue } };
}
