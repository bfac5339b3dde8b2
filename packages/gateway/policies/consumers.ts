// Finds the consumer behind a key, a name, or what an identity calls them, and the plans that consumers are on. Keys are known by
// their SHA-256 only: they carry enough entropy that nothing slower would add anything.
import { hash } from "node:crypto";
import type { Clock, Instant, WorkspaceName } from "@holdfast/base";
import type { ConsumerPlan, PlanConsumer } from "@holdfast/contract";

export type Consumers = {
  /** The consumer of a key, in whatever workspace; undefined when nobody has it, or has it no longer. */
  byKey(key: string): PlanConsumer | undefined;
  /** A declared consumer; callers that only an identity vouches for are not declared. */
  byName(workspace: WorkspaceName, name: string): PlanConsumer | undefined;
  /** The declared consumer that an identity knows under this name. */
  knownAs(workspace: WorkspaceName, identity: string, name: string): PlanConsumer | undefined;
  /** Plans that consumers of a workspace may be on. */
  plansOf(workspace: WorkspaceName): readonly ConsumerPlan[];
};

/** No key of ours is longer; nothing longer is worth hashing. */
const KEY_CHARACTERS_MAX = 512;

/** Keys whose hash is remembered; with 64 characters each about 16 MiB when so many are in use. Only keys that somebody has are. */
const REMEMBERED_MAX = 131_072;

type KeyHolder = { consumer: PlanConsumer; until: Instant };

const FOR_EVER: Instant = Number.POSITIVE_INFINITY;

export type ConsumersOfPlan = { consumers: readonly PlanConsumer[]; consumer_plans?: readonly ConsumerPlan[] };

export function indexConsumers({ consumers, consumer_plans = [] }: ConsumersOfPlan, clock: Clock): Consumers {
  const byHash = indexKeys(consumers);
  const { byName, byAlias } = indexNames(consumers);
  const plans = Map.groupBy(consumer_plans, ({ workspace }) => workspace);
  // The plan's own: a key that a new plan does not have is not known any more.
  const remembered = new Map<string, KeyHolder>();
  const valid = ({ consumer, until }: KeyHolder): PlanConsumer | undefined =>
    until === FOR_EVER || clock.now() < until ? consumer : undefined;
  return {
    byKey(key) {
      const known = remembered.get(key);
      if (known) return valid(known);
      if (key.length > KEY_CHARACTERS_MAX) return undefined;
      const found = byHash.get(hash("sha256", key, "hex"));
      if (!found) return undefined;
      // A copy: `key` may be a piece of a whole head, which would stay with it.
      if (remembered.size < REMEMBERED_MAX) remembered.set(Buffer.from(key).toString(), found);
      return valid(found);
    },
    byName: (workspace, name) => byName.get(placeOf(workspace, name)),
    knownAs: (workspace, identity, name) => byAlias.get(placeOf(workspace, identity, name)),
    plansOf: (workspace) => plans.get(workspace) ?? [],
  };
}

function indexKeys(consumers: readonly PlanConsumer[]): Map<string, KeyHolder> {
  const byHash = new Map<string, KeyHolder>();
  for (const consumer of consumers)
    for (const key_hash of consumer.key_hashes)
      byHash.set(key_hash, { consumer, until: consumer.keys_until?.[key_hash] ?? FOR_EVER });
  return byHash;
}

function indexNames(consumers: readonly PlanConsumer[]) {
  const byName = new Map<string, PlanConsumer>();
  const byAlias = new Map<string, PlanConsumer>();
  for (const consumer of consumers) {
    byName.set(placeOf(consumer.workspace, consumer.name), consumer);
    for (const [identity, names] of Object.entries(consumer.known_as ?? {}))
      for (const name of names) byAlias.set(placeOf(consumer.workspace, identity, name), consumer);
  }
  return { byName, byAlias };
}

/** Names of workspaces, identities and consumers have no "/", so only the last part may. */
function placeOf(...parts: string[]): string {
  return parts.join("/");
}

/** The credentials of `Authorization: Bearer <key>`; undefined for other schemes. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8 || authorization.charCodeAt(6) !== 0x20) return undefined;
  return authorization.slice(0, 6).toLowerCase() === "bearer" ? authorization.slice(7).trim() : undefined;
}
