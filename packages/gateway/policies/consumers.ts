// Finds the consumer that a key belongs to. Keys are known by their SHA-256 only: they carry enough entropy that nothing slower
// would add anything.
import { hash } from "node:crypto";
import type { PlanConsumer } from "@holdfast/contract";

export type Consumers = {
  /** The consumer of a key, in whatever workspace; undefined when nobody has it. */
  byKey(key: string): PlanConsumer | undefined;
};

/** No key of ours is longer; nothing longer is worth hashing. */
const KEY_CHARACTERS_MAX = 512;

/** Keys whose hash is remembered; with 64 characters each about 1 MiB. Only keys that somebody has are. */
const REMEMBERED_MAX = 4096;

export function indexConsumers(consumers: readonly PlanConsumer[]): Consumers {
  const byHash = new Map<string, PlanConsumer>();
  for (const consumer of consumers) for (const key_hash of consumer.key_hashes) byHash.set(key_hash, consumer);
  // The plan's own: a key that a new plan does not have is not known any more.
  const remembered = new Map<string, PlanConsumer>();
  return {
    byKey(key) {
      const known = remembered.get(key);
      if (known || key.length > KEY_CHARACTERS_MAX) return known;
      const found = byHash.get(hash("sha256", key, "hex"));
      if (found && remembered.size < REMEMBERED_MAX) remembered.set(key, found);
      return found;
    },
  };
}

/** The credentials of `Authorization: Bearer <key>`; undefined for other schemes. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8 || authorization.charCodeAt(6) !== 0x20) return undefined;
  return authorization.slice(0, 6).toLowerCase() === "bearer" ? authorization.slice(7).trim() : undefined;
}
