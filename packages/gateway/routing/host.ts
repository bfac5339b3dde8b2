// The host that a request names, as it is matched and recorded: lower case, without port and without the dot of the root. Pure.

/** Nearly all requests name the host that the one before them named. */
let last_header = "";
let last_host: string | undefined;

/** Undefined for what is not a host name or address with an optional port. */
export function canonicalHost(header: string): string | undefined {
  if (header === last_header) return last_host;
  last_host = read(header);
  last_header = header;
  return last_host;
}

function read(header: string): string | undefined {
  const close = header.charCodeAt(0) === 0x5b ? header.indexOf("]") : 0;
  if (close < 0) return undefined;
  const colon = header.indexOf(":", close);
  const host = colon < 0 ? header : header.slice(0, colon);
  if (colon >= 0 && !isPort(header, colon + 1)) return undefined;
  if (!isHost(host, close > 0)) return undefined;
  const lower = host.toLowerCase();
  // The root's dot at the end changes nothing about the name (RFC 1034 section 3.1), so it must not lead to another route.
  return lower.length > 1 && lower.charCodeAt(lower.length - 1) === 0x2e ? lower.slice(0, -1) : lower;
}

function isPort(text: string, from: number): boolean {
  if (text.length - from > 5) return false;
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function isHost(host: string, bracketed: boolean): boolean {
  if (host.length === 0 || host.length > 255) return false;
  for (let index = 0; index < host.length; index++) {
    const code = host.charCodeAt(index);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    const digit = code >= 0x30 && code <= 0x39;
    const mark = code === 0x2d || code === 0x2e || code === 0x5f;
    if (!letter && !digit && !mark && !(bracketed && (code === 0x3a || code === 0x5b || code === 0x5d))) return false;
  }
  return true;
}
