// The reference that every response carries (`x-holdfast-ref`): binds feedback to the exact call, and cannot be made up.
//
//   hf2.<call id: 16 bytes, base64url>.<tag: first 12 bytes of AES-256-CMAC, base64url>
//
// The key is the workspace's own, so a reference of another workspace does not verify. The call id is a UUIDv7, so the
// reference also carries the time of the call. An id is one block of AES, so that many tags are made at once (reference-signer.ts).
// An earlier form, hf1, has a tag of HMAC-SHA256: it verifies still.
import { createCipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Id } from "./ids.ts";
import type { WorkspaceName } from "./transact.ts";

export const REFERENCE_PREFIX = "hf2.";
export const TAG_BYTES = 12;
export const BLOCK_BYTES = 16;

/** 32 bytes, derived from the master key for one workspace. */
export type ReferenceKey = Uint8Array;

/** Derives a workspace's reference key (HKDF-SHA256, RFC 5869). */
export function referenceKey(master_key: Uint8Array, workspace: WorkspaceName): ReferenceKey {
  return new Uint8Array(hkdfSync("sha256", master_key, "holdfast-reference", workspace, 32));
}

/** Signs a call id: 39 characters after the prefix. */
export function signReference(key: ReferenceKey, call: Id): string {
  const bytes = Buffer.from(call.replaceAll("-", ""), "hex");
  return `${REFERENCE_PREFIX}${bytes.toString("base64url")}.${tagOf(key, bytes).toString("base64url")}`;
}

/** The call id of a genuine reference of this workspace; undefined for everything else. */
export function verifyReference(key: ReferenceKey, reference: string): Id | undefined {
  const match = /^hf([12])\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{16})$/.exec(reference);
  if (!match) return undefined;
  const bytes = Buffer.from(match[2] as string, "base64url");
  const tag = Buffer.from(match[3] as string, "base64url");
  const expected = match[1] === "1" ? firstTagOf(key, bytes) : tagOf(key, bytes);
  if (!timingSafeEqual(tag, expected)) return undefined;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What tags are made with: AES-256 in blocks, and the subkey that CMAC adds to a whole last block. */
export type TagCipher = { encrypt(blocks: Uint8Array): Uint8Array; subkey: Uint8Array };

/** CMAC (NIST SP 800-38B, RFC 4493) of messages of one block: AES(key, message ^ K1). Its key is derived, as hf1's tags have the other. */
export function tagCipher(key: ReferenceKey): TagCipher {
  const own = new Uint8Array(hkdfSync("sha256", key, "holdfast-reference", "hf2", 32));
  return cmacCipher(own);
}

/** With a key of 16 or 32 bytes. */
export function cmacCipher(key: Uint8Array): TagCipher {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  const encrypt = (blocks: Uint8Array) => cipher.update(blocks);
  return { encrypt, subkey: doubled(encrypt(new Uint8Array(BLOCK_BYTES))) };
}

/** In GF(2^128), as section 6.1 of SP 800-38B makes K1. */
function doubled(block: Uint8Array): Uint8Array {
  const twice = block.map((byte, index) => (byte << 1) | ((block[index + 1] ?? 0) >> 7));
  if ((block[0] as number) & 0x80) (twice[BLOCK_BYTES - 1] as number) ^= 0x87;
  return twice;
}

function tagOf(key: ReferenceKey, bytes: Uint8Array): Buffer {
  const { encrypt, subkey } = tagCipher(key);
  return Buffer.from(encrypt(bytes.map((byte, index) => byte ^ (subkey[index] as number))).subarray(0, TAG_BYTES));
}

function firstTagOf(key: ReferenceKey, bytes: Uint8Array): Buffer {
  return createHmac("sha256", key).update(bytes).digest().subarray(0, TAG_BYTES);
}
