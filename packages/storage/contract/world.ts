// What every suite of the contract starts from: one store for the suite, and a workspace of its own for each test.
import { idSource, type SimulatedClock, simulatedClock, type WorkspaceName } from "@holdfast/base";
import { afterAll, beforeAll } from "vitest";
import { openStore, type Store, type StorePorts } from "../open-store.ts";

/** Resolves with the URL of a database that nobody else uses. */
export type FreshDatabase = () => Promise<string>;

export type World = { store: Store; clock: SimulatedClock; ids: () => string };

/** Opens a store before the tests of a suite and closes it after them. */
export function useWorld(freshDatabase: FreshDatabase): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await openWorld(await freshDatabase());
  });
  afterAll(() => world?.store.close());
  return () => {
    if (!world) throw new Error("the store is open only while tests run");
    return world;
  };
}

export async function openWorld(url: string): Promise<World> {
  const clock = simulatedClock();
  const ids = idSource(clock);
  return { store: await openStore({ url, clock, ids }), clock, ids };
}

let made = 0;

/** A workspace that no other test writes to. */
export function newWorkspace(): WorkspaceName {
  return `workspace-${++made}`;
}

/** The ports of a workspace, each call a transaction of its own. */
export function within(
  world: World,
  workspace: WorkspaceName,
): <T>(work: (ports: StorePorts) => Promise<T>) => Promise<T> {
  return (work) => world.store.transact(workspace, work);
}
