// Finds the top-level members of a JSON object in its bytes, so that one value can be replaced and all the rest be sent as the
// client wrote it: number precision, order, spacing and unknown fields included. Takes only what JSON.parse has accepted.

/** Where a member's value stands in the bytes: `start` inclusive, `end` exclusive. */
export type Member = { name: string; start: number; end: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const COLON = 0x3a;
const COMMA = 0x2c;
const SPACE = 0x20;

/** The members of an object in their order, repeated names included. */
export function topLevelMembers(bytes: Buffer): Member[] {
  const members: Member[] = [];
  let at = skipSpace(bytes, bytes.indexOf(0x7b) + 1);
  while (bytes[at] === QUOTE) {
    const name_end = endOfString(bytes, at);
    const name = JSON.parse(bytes.toString("utf8", at, name_end)) as string;
    const start = skipSpace(bytes, skipSpace(bytes, name_end, COLON));
    const end = endOfValue(bytes, start);
    members.push({ name, start, end });
    at = skipSpace(bytes, skipSpace(bytes, end, COMMA));
  }
  return members;
}

/** The position after any white space, and after one `also` if it stands there. */
function skipSpace(bytes: Buffer, from: number, also?: number): number {
  let at = from;
  while ((bytes[at] as number) <= SPACE) at++;
  return also !== undefined && bytes[at] === also ? at + 1 : at;
}

/** Position after the closing quote. Searches natively, because a string may be an image of many megabytes. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let backslashes = 0;
    while (bytes[at - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  return bytes.length;
}

function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (depth === 0 && at > start && (byte === COMMA || CLOSING.has(byte) || byte <= SPACE)) return at;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else at++;
    if (OPENING.has(byte)) depth++;
    if (CLOSING.has(byte)) depth--;
    if (depth === 0 && (byte === QUOTE || CLOSING.has(byte))) return at;
  }
  return at;
}
