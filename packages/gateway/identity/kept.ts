// What outlives a plan: keys of issuers and verified tokens are the same for the next plan when its settings are. Bounded; what no
// plan asked for longest goes first, and works on for the plans that still hold it.
import { hash } from "node:crypto";
import type { WorkspaceName } from "@holdfast/base";
import type { Connections } from "@holdfast/net";

/** Identities of all workspaces together. */
const KEPT_MAX = 512;

const byConnections = new WeakMap<Connections, Map<string, unknown>>();

/** `settings`: everything that makes one differ from another. They may hold secrets, so only their hash is kept. */
export function kept<Value>(
  connections: Connections,
  { workspace, settings }: { workspace: WorkspaceName; settings: unknown },
  make: () => Value,
): Value {
  const all = byConnections.get(connections) ?? new Map<string, unknown>();
  byConnections.set(connections, all);
  const key = hash("sha256", JSON.stringify([workspace, settings]));
  const value = all.has(key) ? (all.get(key) as Value) : make();
  all.delete(key);
  if (all.size >= KEPT_MAX) all.delete(all.keys().next().value as string);
  all.set(key, value);
  return value;
}
