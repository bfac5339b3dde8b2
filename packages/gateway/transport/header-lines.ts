// Headers that the gateway itself says, as the text that HTTP/1.1 writes: put together once, and not looked through again for what
// could end a line early. Pure.
import { headerLines, onePiece } from "@holdfast/http1";

/**
 * Lines of `name: value` with CRLF, names in lower case. Whoever makes them answers for every part: it is the gateway's own, or was
 * checked where it came from. What clients, upstreams and settings say stays in lists, which transports check.
 */
export type HeaderLines = string;

/** Lines that stand for a whole list; `dated`: a Date is among them. */
export type KnownLines = { readonly lines: HeaderLines; readonly dated: boolean };

/** Checked. @throws Unwritable for what could be read as something else. */
export function linesOf(flat: readonly string[]): HeaderLines {
  return onePiece(headerLines(flat));
}

/** The same as a list, for transports that write no text. */
export function flatLines(lines: HeaderLines): string[] {
  const flat: string[] = [];
  for (const line of lines.split("\r\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) flat.push(line.slice(0, colon), line.slice(colon + 2));
  }
  return flat;
}
