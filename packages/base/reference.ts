// The reference that every response carries (`x-holdfast-ref`): binds feedback to the exact call, and cannot be made up.
//
//   hf1.<call id: 16 bytes, base64url>.<tag: first 12 bytes of HMAC-SHA256, base64url>
//
// The key is the workspace's own, so a reference of another workspace does not verify. The call id is a UUIDv7, so the
// reference also carries the time of the call.
import { createHmac, hash, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Id } from "./ids.ts";
import type { WorkspaceName } from "./transact.ts";

const PREFIX = "hf1.";
const TAG_BYTES = 12;

/** 32 bytes, derived from the master key for one workspace. */
export type ReferenceKey = Uint8Array;

/** Derives a workspace's reference key (HKDF-SHA256, RFC 5869). */
export function referenceKey(master_key: Uint8Array, workspace: WorkspaceName): ReferenceKey {
  return new Uint8Array(hkdfSync("sha256", master_key, "holdfast-reference", workspace, 32));
}

/** Signs a call id: 38 characters after the prefix. */
export function signReference(key: ReferenceKey, call: Id): string {
  const bytes = Buffer.from(call.replaceAll("-", ""), "hex");
  return `${PREFIX}${bytes.toString("base64url")}.${tagOf(key, bytes).toString("base64url")}`;
}

const BLOCK_BYTES = 64;
const ID_BYTES = 16;
const DIGEST_BYTES = 32;
const DASH = 0x2d;
/** The value of a hexadecimal digit by its character code. */
const NIBBLES = new Uint8Array(128);
for (const [value, digit] of [..."0123456789abcdef"].entries()) NIBBLES[digit.charCodeAt(0)] = value;

/** The digits of base64url (RFC 4648 section 5). */
const DIGITS = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const ID_CHARACTERS = 22;
const TAG_CHARACTERS = (TAG_BYTES / 3) * 4;

/**
 * Signs like `signReference`, many times with one key; `before` and `after` stand around each reference. HMAC is written out (RFC
 * 2104: H(key ^ opad, H(key ^ ipad, text))), because `createHmac` makes a key object each time, which took a fifth of a gateway call.
 * Digests come as text: one that comes as a buffer takes four times as long. The text is written digit by digit and made at once, as
 * that of ids is.
 */
export function referenceSigner(key: ReferenceKey, before = "", after = ""): (call: Id) => string {
  const inner = Buffer.alloc(BLOCK_BYTES + ID_BYTES);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  const short = key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key;
  for (let index = 0; index < BLOCK_BYTES; index++) {
    inner[index] = (short[index] ?? 0) ^ 0x36;
    outer[index] = (short[index] ?? 0) ^ 0x5c;
  }
  const id_at = before.length + PREFIX.length;
  const tag_at = id_at + ID_CHARACTERS + 1;
  const text = Buffer.from(`${before}${PREFIX}${"-".repeat(ID_CHARACTERS)}.${"-".repeat(TAG_CHARACTERS)}${after}`);
  return (call) => {
    writeId(call, inner, BLOCK_BYTES);
    writeDigits(inner, BLOCK_BYTES, text, id_at);
    outer.write(hash("sha256", inner, "binary"), BLOCK_BYTES, "latin1");
    const tag = hash("sha256", outer, "base64url");
    for (let index = 0; index < TAG_CHARACTERS; index++) text[tag_at + index] = tag.charCodeAt(index);
    return text.toString("latin1");
  };
}

/** The 16 bytes of an id from `from` on: five times three of them are four digits, and the last is two. */
function writeDigits(bytes: Uint8Array, from: number, into: Uint8Array, at: number): void {
  const last = from + ID_BYTES - 1;
  let digit = at;
  for (let index = from; index < last; index += 3) {
    const three = ((bytes[index] as number) << 16) | ((bytes[index + 1] as number) << 8) | (bytes[index + 2] as number);
    into[digit++] = DIGITS[three >> 18] as number;
    into[digit++] = DIGITS[(three >> 12) & 63] as number;
    into[digit++] = DIGITS[(three >> 6) & 63] as number;
    into[digit++] = DIGITS[three & 63] as number;
  }
  const rest = (bytes[last] as number) << 4;
  into[digit++] = DIGITS[rest >> 6] as number;
  into[digit] = DIGITS[rest & 63] as number;
}

/** The 16 bytes of a UUID in its text form. */
function writeId(call: Id, into: Uint8Array, at: number): void {
  for (let index = 0, byte = at; index < call.length; byte++) {
    if (call.charCodeAt(index) === DASH) index++;
    into[byte] = ((NIBBLES[call.charCodeAt(index)] as number) << 4) | (NIBBLES[call.charCodeAt(index + 1)] as number);
    index += 2;
  }
}

/** The call id of a genuine reference of this workspace; undefined for everything else. */
export function verifyReference(key: ReferenceKey, reference: string): Id | undefined {
  const match = /^hf1\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{16})$/.exec(reference);
  if (!match) return undefined;
  const bytes = Buffer.from(match[1] as string, "base64url");
  const tag = Buffer.from(match[2] as string, "base64url");
  if (bytes.length !== 16 || tag.length !== TAG_BYTES || !timingSafeEqual(tag, tagOf(key, bytes))) return undefined;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function tagOf(key: ReferenceKey, bytes: Uint8Array): Buffer {
  return createHmac("sha256", key).update(bytes).digest().subarray(0, TAG_BYTES);
}
