// Whether a body is the one that `Content-Digest` speaks of (RFC 9530).
import { hash, timingSafeEqual } from "node:crypto";
import { parseByteDictionary } from "./structured-fields.ts";

/** The algorithms that are fit for it (RFC 9530 section 5), and their names in Node. */
const ALGORITHMS = new Map([
  ["sha-256", "sha256"],
  ["sha-512", "sha512"],
]);

/** At least one digest is known, and all that are known fit. */
export function digestFits(content_digest: string | undefined, body: Uint8Array): boolean {
  const digests = parseByteDictionary(content_digest ?? "");
  const known = [...(digests ?? [])].filter(([algorithm]) => ALGORITHMS.has(algorithm));
  return (
    known.length > 0 &&
    known.every(([algorithm, digest]) => {
      const own = hash(ALGORITHMS.get(algorithm) as string, body, "buffer");
      return digest.length === own.length && timingSafeEqual(digest, own);
    })
  );
}
