// Launches: kept as rows, read together with the state of their exit criteria, which is measured at that moment.

import { isDeepStrictEqual } from "node:util";
import {
  type Clock,
  type Id,
  type IdSource,
  type Instant,
  LIMITS,
  Problem,
  type Result,
  type Transact,
  type WorkspaceName,
} from "@holdfast/base";
import {
  type Actor,
  type CallStore,
  type Launch,
  type LaunchInput,
  type LaunchPatch,
  type Live,
  type Page,
  type PageQuery,
  type Settings,
  SYSTEM,
} from "@holdfast/contract";
import { gatherEvidence } from "./evidence.ts";
import { type Critical, decideCriterion } from "./model/criteria.ts";
import { decideLaunchPatch, declaredLaunch, launchOf } from "./model/launch-row.ts";
import type { LaunchPorts, LaunchRow } from "./ports.ts";

export type LaunchTools = {
  transact: Transact<LaunchPorts>;
  clock: Clock;
  ids: IdSource;
  live: Live;
  calls: CallStore;
  /** Severity 1 issues since `from`, and open ones of any age: the issue service of `feedback`. */
  criticals(workspace: WorkspaceName, from: Instant): Promise<Critical[]>;
};

export type LaunchService = {
  /** Problem("conflict") when the name is taken. */
  create(workspace: WorkspaceName, input: LaunchInput, actor: Actor): Promise<Launch>;
  /** Problem("settings_from_file") for a launch of the settings, "conflict" for a phase that is not next. */
  patch(workspace: WorkspaceName, id: Id, patch: LaunchPatch, actor: Actor): Promise<Launch>;
  get(workspace: WorkspaceName, id: Id): Promise<Launch>;
  list(workspace: WorkspaceName, page: PageQuery): Promise<Page<Launch>>;
  /** The launch that runs now, if any. */
  current(workspace: WorkspaceName): Promise<Launch | undefined>;
  /** Makes the rows what the settings say. A launch that they no longer name stays, and is the console's from then on. */
  applyFromSettings(workspace: WorkspaceName, launches: Settings["launches"]): Promise<void>;
};

export function createLaunchService(tools: LaunchTools): LaunchService {
  const { transact, clock, ids } = tools;
  return {
    create: (workspace, input, actor) =>
      write(tools, workspace, { actor, what: "launch.create" }, async () =>
        launchOf(input, { id: ids(), now: clock.now() }),
      ),
    patch: (workspace, id, patch, actor) =>
      write(tools, workspace, { actor, what: "launch.update" }, async (ports) =>
        decideLaunchPatch(await findLaunch(ports, id), patch, clock.now()),
      ),
    async get(workspace, id) {
      const row = await transact(workspace, (ports) => findLaunch(ports, id));
      return await presentLaunch(tools, workspace, row);
    },
    async list(workspace, page) {
      const { items, next } = await transact(workspace, ({ launches }) => launches.list(page));
      return { items: await Promise.all(items.map((row) => presentLaunch(tools, workspace, row))), next };
    },
    async current(workspace) {
      const row = await transact(workspace, ({ launches }) => launches.current(clock.now()));
      return row && (await presentLaunch(tools, workspace, row));
    },
    async applyFromSettings(workspace, declared) {
      const changed = await transact(workspace, (ports) => applyDeclared(ports, tools, declared));
      for (const row of changed) tools.live.changed(workspace, "launches", row.id);
    },
  };
}

async function findLaunch({ launches }: LaunchPorts, id: Id): Promise<LaunchRow> {
  const row = await launches.find(id);
  if (!row) throw new Problem("not_found", { detail: `There is no launch ${id}.` });
  return row;
}

type Change = { actor: Actor; what: "launch.create" | "launch.update" | "launch.release" };

/** Decides and writes in one transaction; throws the problem of a decision that went against it. */
async function write(
  tools: LaunchTools,
  workspace: WorkspaceName,
  change: Change,
  decide: (ports: LaunchPorts) => Promise<Result<LaunchRow, Problem>>,
): Promise<Launch> {
  const row = await tools.transact(workspace, async (ports) => {
    const decided = await decide(ports);
    if (!decided.ok) throw decided.error;
    const { id, name } = decided.value;
    const namesake = await ports.launches.findByName(name);
    if (namesake && namesake.id !== id) throw new Problem("conflict", { detail: `There is already a launch ${name}.` });
    await save(ports, tools, { row: decided.value, ...change });
    return decided.value;
  });
  tools.live.changed(workspace, "launches", row.id);
  return await presentLaunch(tools, workspace, row);
}

async function save(
  ports: LaunchPorts,
  tools: LaunchTools,
  { row, actor, what }: Change & { row: LaunchRow },
): Promise<void> {
  if (what === "launch.create") await ports.launches.add(row);
  else await ports.launches.save(row);
  const { name, phase, from, until, source } = row;
  const detail = { name, phase, from, until, source };
  await ports.audit.add({ id: tools.ids(), at: tools.clock.now(), actor, what, target: row.id, detail });
}

/** The rows that changed. */
async function applyDeclared(
  ports: LaunchPorts,
  tools: LaunchTools,
  declared: Settings["launches"],
): Promise<LaunchRow[]> {
  const changed: LaunchRow[] = [];
  for (const [name, launch] of Object.entries(declared)) {
    const existing = await ports.launches.findByName(name);
    const row = declaredLaunch(name, launch, { existing, id: tools.ids(), now: tools.clock.now() });
    if (isDeepStrictEqual(row, existing)) continue;
    await save(ports, tools, { row, actor: SYSTEM, what: existing ? "launch.update" : "launch.create" });
    changed.push(row);
  }
  for (const row of await allLaunches(ports)) {
    if (row.source !== "file" || Object.hasOwn(declared, row.name)) continue;
    const released: LaunchRow = { ...row, source: "console" };
    await save(ports, tools, { row: released, actor: SYSTEM, what: "launch.release" });
    changed.push(released);
  }
  return changed;
}

async function allLaunches({ launches }: LaunchPorts): Promise<LaunchRow[]> {
  const rows: LaunchRow[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await launches.list({ limit: LIMITS.page_items_max, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    cursor = page.next;
  }
  return rows;
}

async function presentLaunch(tools: LaunchTools, workspace: WorkspaceName, row: LaunchRow): Promise<Launch> {
  const { exit, created_at: _, ...shown } = row;
  const criteria = await Promise.all(
    Object.entries(exit).map(async ([name, criterion]) =>
      decideCriterion(name, criterion, await gatherEvidence(tools, workspace, { row, criterion })),
    ),
  );
  return { ...shown, criteria };
}
