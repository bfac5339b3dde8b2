// Finds the consumer behind a key, a name, or what an identity calls them, and the plans that consumers are on. Keys are known by
// their SHA-256 only: they carry enough entropy that nothing slower would add anything.
import { hash } from "node:crypto";
import { type Clock, type Instant, runWhole, type WorkspaceName } from "@holdfast/base";
import type { ConsumerPlan, PlanConsumer } from "@holdfast/contract";
import type { HeaderLines } from "../transport/header-lines.ts";

/** A declared consumer as calls need it. With very many of them none is in a cache: what is asked for stands in few places. */
export type Consumer = {
  /** What upstreams are told of it, from the first time that somebody asks. */
  told: HeaderLines | undefined;
  workspace: WorkspaceName;
  name: string;
} & { [Part in "scopes" | "groups" | "plan" | "subscriptions"]: PlanConsumer[Part] | undefined };

export type Consumers = {
  /** The consumer of a key, in whatever workspace; undefined when nobody has it, or has it no longer. */
  byKey(key: string): Consumer | undefined;
  /** A declared consumer; callers that only an identity vouches for are not declared. */
  byName(workspace: WorkspaceName, name: string): Consumer | undefined;
  /** The declared consumer that an identity knows under this name. */
  knownAs(workspace: WorkspaceName, identity: string, name: string): Consumer | undefined;
  /** Plans that consumers of a workspace may be on. */
  plansOf(workspace: WorkspaceName): readonly ConsumerPlan[];
};

/** No key of ours is longer; nothing longer is worth hashing. */
const KEY_CHARACTERS_MAX = 512;

/** Keys whose hash is remembered; with 64 characters each about 16 MiB when so many are in use. Only keys that somebody has, and has without an end, are. */
const REMEMBERED_MAX = 131_072;

/** What is done for so many of them is done in one piece. */
const PIECE = 100;

type KeyHolder = { consumer: Consumer; until: Instant };

const FOR_EVER: Instant = Number.POSITIVE_INFINITY;

export type ConsumersOfPlan = { consumers: readonly PlanConsumer[]; consumer_plans?: readonly ConsumerPlan[] };

type Declared = { planned: PlanConsumer; consumer: Consumer };

export function indexConsumers(plan: ConsumersOfPlan, clock: Clock): Consumers {
  return runWhole(indexingConsumers(plan, clock));
}

/** The same, with pauses. */
export function* indexingConsumers(
  { consumers, consumer_plans = [] }: ConsumersOfPlan,
  clock: Clock,
): Generator<void, Consumers> {
  const declared = yield* declare(consumers);
  const byHash = yield* indexKeys(declared);
  const { byName, byAlias } = yield* indexNames(declared);
  const plans = Map.groupBy(consumer_plans, ({ workspace }) => workspace);
  // The plan's own: a key that a new plan does not have is not known any more. Those with an end are looked at each time.
  const remembered = new Map<string, Consumer>();
  return {
    byKey(key) {
      const known = remembered.get(key);
      if (known) return known;
      if (key.length > KEY_CHARACTERS_MAX) return undefined;
      const found = byHash.get(hash("sha256", key, "hex"));
      if (!found) return undefined;
      if (found.until !== FOR_EVER) return clock.now() < found.until ? found.consumer : undefined;
      // A copy: `key` may be a piece of a whole head, which would stay with it.
      if (remembered.size < REMEMBERED_MAX) remembered.set(Buffer.from(key).toString(), found.consumer);
      return found.consumer;
    },
    byName: (workspace, name) => byName.get(workspace)?.get(name),
    knownAs: (workspace, identity, name) => byAlias.get(aliasOf(workspace, identity, name)),
    plansOf: (workspace) => plans.get(workspace) ?? [],
  };
}

/** One text for a workspace: thousands that say the same would be in no cache. */
function* declare(consumers: readonly PlanConsumer[]): Generator<void, Declared[]> {
  const workspaces = new Map<string, string>();
  const declared: Declared[] = [];
  for (const [at, planned] of consumers.entries()) {
    if (at % PIECE === 0) yield;
    const { name, scopes, groups, plan, subscriptions } = planned;
    const workspace = workspaces.get(planned.workspace) ?? planned.workspace;
    workspaces.set(workspace, workspace);
    declared.push({ planned, consumer: { told: undefined, workspace, name, scopes, groups, plan, subscriptions } });
  }
  return declared;
}

function* indexKeys(declared: readonly Declared[]): Generator<void, Map<string, KeyHolder>> {
  const byHash = new Map<string, KeyHolder>();
  for (const [at, { planned, consumer }] of declared.entries()) {
    if (at % PIECE === 0) yield;
    for (const key_hash of planned.key_hashes)
      byHash.set(key_hash, { consumer, until: planned.keys_until?.[key_hash] ?? FOR_EVER });
  }
  return byHash;
}

type ByNames = { byName: Map<WorkspaceName, Map<string, Consumer>>; byAlias: Map<string, Consumer> };

function* indexNames(declared: readonly Declared[]): Generator<void, ByNames> {
  const byName = new Map<WorkspaceName, Map<string, Consumer>>();
  const byAlias = new Map<string, Consumer>();
  for (const [at, { planned, consumer }] of declared.entries()) {
    if (at % PIECE === 0) yield;
    const { workspace, name, known_as = {} } = planned;
    const of_workspace = byName.get(workspace) ?? new Map<string, Consumer>();
    byName.set(workspace, of_workspace.set(name, consumer));
    for (const [identity, names] of Object.entries(known_as))
      for (const alias of names) byAlias.set(aliasOf(workspace, identity, alias), consumer);
  }
  return { byName, byAlias };
}

/** Names of workspaces and identities have no "/", so only the last part may. */
function aliasOf(workspace: WorkspaceName, identity: string, alias: string): string {
  return `${workspace}/${identity}/${alias}`;
}

/** The credentials of `Authorization: Bearer <key>`; undefined for other schemes. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8 || authorization.charCodeAt(6) !== 0x20) return undefined;
  return authorization.slice(0, 6).toLowerCase() === "bearer" ? authorization.slice(7).trim() : undefined;
}
