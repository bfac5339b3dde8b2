// The text of an API token: `hft_`, then id, secret and checksum without a seam, 77 characters in all.
//
//   hft_<id: 16 bytes, base64url><secret: 32 bytes, base64url><checksum: first 4 bytes of SHA-256 of all before it, hexadecimal>
//
// The prefix lets scanners find leaked tokens, the checksum lets us refuse a slip of the hand without asking the database.
import { createHash } from "node:crypto";
import type { Id } from "@holdfast/base";

const PREFIX = "hft_";
const SHAPE = /^hft_[A-Za-z0-9_-]{22}[A-Za-z0-9_-]{43}[0-9a-f]{8}$/;
const CHECKSUM_CHARACTERS = 8;

export const TOKEN_SECRET_BYTES = 32;

export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

export function writeToken(id: Id, secret: Uint8Array): string {
  const id_text = Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");
  const body = `${PREFIX}${id_text}${Buffer.from(secret).toString("base64url")}`;
  return body + checksumOf(body);
}

/** Whether the text can be a token at all. */
export function isWholeToken(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const body = text.slice(0, -CHECKSUM_CHARACTERS);
  return checksumOf(body) === text.slice(-CHECKSUM_CHARACTERS);
}

/** What is stored of a token or a one-time link: SHA-256, hexadecimal. They have enough entropy that a slow hash adds nothing. */
export function hashOfSecret(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function checksumOf(body: string): string {
  return hashOfSecret(body).slice(0, CHECKSUM_CHARACTERS);
}
