// What the plan manager works with and what it offers, and the small steps that need neither.
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Clock, Id, IdSource, Instant, Log, Transact, WorkspaceName } from "@holdfast/base";
import type {
  Actor,
  AuditPorts,
  Live,
  Plan,
  PlanModel,
  PlanPromote,
  PlanRoute,
  Settings,
  SettingsPorts,
  SettingsVersion,
  Weights,
} from "@holdfast/contract";
import type { ActionRepository, PlannedSubject } from "@holdfast/incidents";
import type { PlanManager } from "../services.ts";
import type { DroppedOverride } from "./compile-plan.ts";
import type { Candidate } from "./held-settings.ts";
import type { PlanKeeper } from "./plan-keeper.ts";
import type { SecretResolver } from "./references.ts";

export type PlanPorts = SettingsPorts & AuditPorts & { actions: Pick<ActionRepository, "overrides" | "endOverride"> };

export type PlanManagerTools = {
  clock: Clock;
  ids: IdSource;
  log: Log;
  live: Live;
  transact: Transact<PlanPorts>;
  workspaces: { list(): Promise<WorkspaceName[]>; ensure(name: WorkspaceName): Promise<void> };
  keeper: PlanKeeper;
  /** Resolves when every gateway worker runs the plan, or was given up. Never rejects. */
  deploy(plan: Plan): Promise<void>;
  /** What references may see: settings of a file are the operator's, settings of the API are a tenant's. */
  secrets(source: SettingsVersion["source"], workspace: WorkspaceName): SecretResolver;
  provider_urls: Readonly<Record<string, string>>;
  reference_key(workspace: WorkspaceName): Uint8Array;
  /** Told after settings came into force, at start as well, for what is not part of the plan. */
  applied(workspace: WorkspaceName, settings: Settings): Promise<void>;
};

export type SettingsFile = { name: string; text: string };

export type ManagedPlans = PlanManager & {
  /** Takes up what was stored and the file, if there is one. What cannot be read any more is kept from the last plan. */
  start(file: SettingsFile | undefined): Promise<void>;
  /** False when it was refused: all problems are in the log and in the workspace's view. */
  applyFile(file: SettingsFile): Promise<boolean>;
  /** Reads again what the references of a workspace's settings stand for. False when it was refused: what was before stays. */
  refresh(workspace: WorkspaceName): Promise<boolean>;
  /** Settings in force, secrets included: not for showing. */
  settings(workspace: WorkspaceName): Settings | undefined;
};

/** A document on its way into force. */
export type Acceptance = { candidate: Candidate; source: SettingsVersion["source"]; by: Actor };

export const EMPTY_PLAN: Plan = {
  version: 1,
  number: 0,
  made_at: 0,
  routes: [],
  models: [],
  consumers: [],
  sites: [],
  reference_keys: {},
};

/** Stores the document as the workspace's next version, on the trail, in the caller's transaction. */
export async function addVersion(
  ports: PlanPorts,
  { candidate, source, by, ...stamp }: Acceptance & { id: Id; at: Instant },
): Promise<SettingsVersion> {
  const version = ((await ports.settings.newest())?.version ?? 0) + 1;
  const added: SettingsVersion = { version, source, text: candidate.text, applied_at: stamp.at, by };
  await ports.settings.add(added);
  const target = candidate.settings.workspace;
  await ports.audit.add({ ...stamp, actor: by, what: "settings.apply", target, detail: { version, source } });
  return added;
}

/**
 * Ends the holds that newly accepted settings left no room for. A row that no plan keeps would stand between what actions see and
 * what runs, so that nothing could be rolled back, and would come to life when a release of the old name returns.
 */
export async function endHolds(
  ports: PlanPorts,
  dropped: readonly DroppedOverride[],
  { by, at, ids }: { by: Actor; at: Instant; ids: IdSource },
): Promise<void> {
  for (const { subject, holds, why } of dropped) {
    const overrides = await ports.actions.overrides();
    const held = overrides.find((override) => override.subject === subject && override.holds === holds);
    if (!held) continue;
    await ports.actions.endOverride(subject, holds);
    const what = held.holds === "traffic" ? { held: held.weights } : { enabled: held.enabled };
    const detail = { ...what, action: held.action_id, why };
    await ports.audit.add({ id: ids(), at, actor: by, what: "traffic.release", target: subject, detail });
  }
}

/** Same in everything but its number and time: nothing for a gateway to swap. */
export function samePlan(left: Plan, right: Plan): boolean {
  return isDeepStrictEqual({ ...left, number: 0, made_at: 0 }, { ...right, number: 0, made_at: 0 });
}

/** A route or model of this name. */
export function findSubject(
  { routes, models }: Pick<Plan, "routes" | "models">,
  workspace: WorkspaceName,
  subject: string,
): PlanRoute | PlanModel | undefined {
  const is_it = (one: PlanRoute | PlanModel): boolean => one.workspace === workspace && one.subject === subject;
  return routes.find(is_it) ?? models.find(is_it);
}

/** Subjects whose promotion starts by itself. */
export function promotedSubjects({ routes, models }: Plan, workspace: WorkspaceName): string[] {
  return [...routes, ...models].flatMap((one) =>
    one.workspace === workspace && one.promote?.start === "at once" ? [one.subject] : [],
  );
}

/** A subject as it runs, and as the settings declare it, for who moves traffic. */
export function plannedSubject(running: PlanRoute | PlanModel, declared: PlanRoute | PlanModel): PlannedSubject {
  const { rollback, promote, pick, action_id, switch_id } = running;
  const releases: readonly { name: string; targets: unknown; closed?: true }[] = running.releases;
  return {
    weights: weightsOf(running),
    declared: weightsOf(declared),
    action_id,
    enabled: running.disabled === undefined,
    enabled_declared: declared.disabled === undefined,
    switch_id,
    closed: releases.flatMap(({ name, closed }) => (closed ? [name] : [])),
    picked: [...new Set(pick?.map(({ release }) => release))],
    ...(rollback ? { rollback } : {}),
    ...(promote ? { promote: { ...promote, fingerprint: fingerprintOf(promote, releases) } } : {}),
  };
}

/** Of what is promoted and how: another address behind the same name is another release to be careful with. */
function fingerprintOf(promote: PlanPromote, releases: readonly { name: string; targets: unknown }[]): string {
  const targets = releases.find(({ name }) => name === promote.to)?.targets;
  return createHash("sha256")
    .update(JSON.stringify([promote, targets]))
    .digest("base64url");
}

function weightsOf({ releases }: { releases: readonly { name: string; weight: number }[] }): Weights {
  return Object.fromEntries(releases.map(({ name, weight }) => [name, weight]));
}
