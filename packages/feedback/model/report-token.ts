// The secret with which a reporter reads the report again. It is derived from the report's id, so that a post that was
// repeated (a lost answer, a double click) gets the same receipt although only a hash is stored.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Id, ReferenceKey } from "@holdfast/base";

/** 32 bytes as base64url, 43 characters. The label keeps it apart from whatever else the workspace's key signs. */
export function reportToken(key: ReferenceKey, feedback_id: Id): string {
  return createHmac("sha256", key).update(`holdfast-report:${feedback_id}`).digest("base64url");
}

/** SHA-256, hexadecimal. Enough for a token of 256 bits; a slow hash would add nothing. */
export function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Compares in constant time. */
export function isTokenOf(token_hash: string, token: string): boolean {
  return timingSafeEqual(Buffer.from(hashOfToken(token), "hex"), Buffer.from(token_hash, "hex"));
}
