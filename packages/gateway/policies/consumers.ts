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

export function indexConsumers(consumers: readonly PlanConsumer[]): Consumers {
  const byHash = new Map<string, PlanConsumer>();
  for (const consumer of consumers) for (const key_hash of consumer.key_hashes) byHash.set(key_hash, consumer);
  return {
    byKey: (key) => (key.length > KEY_CHARACTERS_MAX ? undefined : byHash.get(hash("sha256", key, "hex"))),
  };
}

/** The credentials of `Authorization: Bearer <key>`; undefined for other schemes. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8 || authorization.charCodeAt(6) !== 0x20) return undefined;
  return authorization.slice(0, 6).toLowerCase() === "bearer" ? authorization.slice(7).trim() : undefined;
}
