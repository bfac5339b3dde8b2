// The one path that is matched, authorised, forwarded and recorded. What two readers could understand differently is refused;
// the only thing changed is percent-encoding that RFC 3986 section 6.2.2 calls equivalent: %41 is A, %c3 is %C3. One thing is left
// to the route: whether an encoded slash is refused as well, or a character of its segment. Pure.
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import type { PlanRoute } from "@holdfast/contract";

export type CanonicalTarget = {
  path: string;
  /** Without "?"; undefined when there is none. */
  query: string | undefined;
  /** The path has a `%2F`: what its route says of that is `encodedSlashTrouble`. */
  encoded_slash: boolean;
};

/** As canonical paths have it. */
const ENCODED_SLASH = "%2F";

const PLAIN = 0;
const SLASH = 1;
const PERCENT = 2;
const QUESTION = 3;
const REFUSED = 4;

/** What each byte of a request target means to us. */
const KINDS = new Uint8Array(256).fill(REFUSED);
for (let code = 0x21; code < 0x7f; code++) KINDS[code] = PLAIN;
KINDS[0x2f] = SLASH;
KINDS[0x25] = PERCENT;
KINDS[0x3f] = QUESTION;
KINDS[0x23] = REFUSED; // "#": a fragment never travels
KINDS[0x5c] = REFUSED; // "\": a slash to some

/** `target` in origin form: /path?query. The failure is a sentence for the client. Encoded slashes pass, for a route to decide. */
export function canonicalTarget(target: string): Result<CanonicalTarget, string> {
  if (target.charCodeAt(0) !== 0x2f) return failed("The request target must begin with a slash.");
  let end = target.length;
  let encoded = false;
  for (let index = 0; index < target.length; index++) {
    const kind = KINDS[target.charCodeAt(index)] ?? REFUSED;
    if (kind === REFUSED) return failed("The request target contains a character that must be percent-encoded.");
    if (kind === QUESTION && end === target.length) end = index;
    if (kind === PERCENT && end === target.length) encoded = true;
  }
  if (end > LIMITS.path_characters_max)
    return failed(`The path is longer than ${LIMITS.path_characters_max} characters.`);
  const raw = end === target.length ? target : target.slice(0, end);
  const decoded = encoded ? decodeUnreserved(raw) : ok(raw);
  if (!decoded.ok) return decoded;
  const trouble = troubleIn(decoded.value);
  if (trouble) return failed(trouble);
  return ok({
    path: decoded.value,
    query: end === target.length ? undefined : target.slice(end + 1),
    encoded_slash: encoded && decoded.value.includes(ENCODED_SLASH),
  });
}

/** What a route says of them. */
type OfRoute = { encoded_slashes?: PlanRoute["encoded_slashes"] | undefined };

/** The same for a target that a route makes of a request, encoded slashes decided. */
export function canonicalTargetOn(route: OfRoute, target: string): Result<CanonicalTarget, string> {
  const canonical = canonicalTarget(target);
  if (!canonical.ok || !canonical.value.encoded_slash) return canonical;
  const trouble = encodedSlashTrouble(route, canonical.value.path);
  return trouble === undefined ? canonical : failed(trouble);
}

/**
 * A sentence for the client; undefined: the path may pass. `path` is canonical and has an encoded slash; `route` is the one that it leads
 * to, if any. Also where they are kept somebody further on may decode before they split: what they would read must be a path that we take.
 */
export function encodedSlashTrouble(route: OfRoute | undefined, path: string): string | undefined {
  if (route?.encoded_slashes !== "keep") return "The path contains an encoded slash.";
  return troubleIn(path.replaceAll(ENCODED_SLASH, "/"));
}

/** Segments that mean "up", "here" or nothing are resolved by some readers and kept by others. */
function troubleIn(path: string): string | undefined {
  for (let slash = 0; slash >= 0; ) {
    const next = path.indexOf("/", slash + 1);
    const from = slash + 1;
    const to = next < 0 ? path.length : next;
    if (from === to && next >= 0) return "The path contains an empty segment.";
    if (path.charCodeAt(from) === 0x2e && isDotSegment(path, from, to)) return "The path contains a dot segment.";
    slash = next;
  }
  return undefined;
}

/** ".", "..", and the same with a parameter behind a semicolon, encoded or not, which some servers cut off before they resolve. */
function isDotSegment(path: string, from: number, to: number): boolean {
  return DOTS.test(path.slice(from, to));
}

const DOTS = /^\.\.?(?:;|%3B|$)/;

const UNRESERVED = /[A-Za-z0-9_~-]/;

function decodeUnreserved(path: string): Result<string, string> {
  let out = "";
  let from = 0;
  for (let at = path.indexOf("%"); at >= 0; at = path.indexOf("%", at + 3)) {
    const hex = path.slice(at + 1, at + 3).toUpperCase();
    if (!/^[0-9A-F]{2}$/.test(hex)) return failed("The path contains a percent sign that encodes nothing.");
    const code = Number.parseInt(hex, 16);
    const refused = refusedWhenEncoded(code);
    if (refused) return failed(`The path contains an encoded ${refused}.`);
    const character = String.fromCharCode(code);
    out += path.slice(from, at) + (UNRESERVED.test(character) ? character : `%${hex}`);
    from = at + 3;
  }
  return ok(out + path.slice(from));
}

function refusedWhenEncoded(code: number): string | undefined {
  if (code < 0x20 || code === 0x7f) return "control character";
  return { 46: "dot", 92: "backslash" }[code];
}
