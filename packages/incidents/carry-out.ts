// Carries an action out: on record first, then as a new plan. What no plan can carry out is taken back, and the caller hears why.

import {
  type Clock,
  type Id,
  type IdSource,
  LIMITS,
  Problem,
  presentRelease,
  type Transact,
  type WorkspaceName,
} from "@holdfast/base";
import type { Action, Live } from "@holdfast/contract";
import { type Change, findHold, holdOf, isAway, type Standing, standingOf } from "./model/standing.ts";
import { presentMove, presentSwitch } from "./model/weights.ts";
import type { PlanControl, PlannedSubject } from "./plan-control.ts";
import type { IncidentPorts, Override, Traffic } from "./ports.ts";

export type ActionTools = {
  transact: Transact<IncidentPorts>;
  clock: Clock;
  ids: IdSource;
  live: Live;
  plans: PlanControl;
};

/** An action that somebody wants; what was before comes from the store, in the transaction that records it. */
export type Wanted = Pick<Action, "kind" | "subject" | "actor" | "why" | "finding_id" | "issue_id"> & {
  undoes?: Id;
  /** Kept although the settings say the same: whoever asked wants to find it. */
  held?: true;
  /** Asked inside the transaction, alone with this subject: what the action changes. Throws a Problem to refuse. */
  decide(standing: Standing, ports: IncidentPorts): Change | Promise<Change>;
  /** Written in the same transaction. */
  also?(ports: IncidentPorts, action: Action): Promise<void>;
  /** Takes `also` back, when no plan could carry the action out. */
  takeBack?(ports: IncidentPorts): Promise<void>;
};

/**
 * Three steps, each safe to die after: (1) the action and what it holds are committed; (2) a plan is compiled from
 * them, at the latest at the next start; (3) the plan's number, the trail and the issue's timeline are completed, at the latest
 * by `finishActions`.
 */
export async function carryOut(tools: ActionTools, workspace: WorkspaceName, wanted: Wanted): Promise<Action> {
  const { action, held } = await tools.transact(workspace, (ports) => record(ports, tools, { workspace, wanted }));
  const because = `${sentenceOf(action)}. ${wanted.why}`;
  const plan = await tools.plans.recompile(because, workspace).catch(async (error: unknown) => {
    await tools.transact(workspace, (ports) => takeBack(ports, tools, { action, wanted, held, error }));
    throw error;
  });
  return await complete(tools, workspace, { ...action, plan });
}

/** Completes what was begun and not finished: by a process that died in between, or a database that went away. */
export async function finishActions(tools: ActionTools, workspace: WorkspaceName): Promise<void> {
  const before = tools.clock.now() - LIMITS.action_finish_ms;
  const unfinished = await tools.transact(workspace, ({ actions }) => actions.unfinished(before));
  for (const action of unfinished) {
    const plan = await tools.plans.recompile(`${sentenceOf(action)}. ${action.why}`, workspace);
    await complete(tools, workspace, { ...action, plan });
  }
}

async function record(
  ports: IncidentPorts,
  tools: ActionTools,
  { workspace, wanted }: { workspace: WorkspaceName; wanted: Wanted },
): Promise<{ action: Action; held: Override | undefined }> {
  const { subject, undoes } = wanted;
  await ports.actions.hold(subject);
  if (wanted.issue_id && !(await ports.issues.find(wanted.issue_id))) {
    throw new Problem("invalid_input", { errors: [{ path: "issue_id", message: "is no issue of this workspace" }] });
  }
  const planned = tools.plans.subject(workspace, subject);
  if (!planned) throw new Problem("not_found", { detail: `There is no ${subject} in the plan.` });
  const overrides = await ports.actions.overrides();
  const standing = standingOf(planned, overrides, subject);
  const change = await wanted.decide(standing, ports);
  const action = actionOf(wanted, { standing, change }, tools);
  await ports.actions.add(action);
  if (undoes) await ports.actions.markUndone(undoes, action.id);
  const hold = holdOf(action);
  if (wanted.held || isAway(hold, standing)) await ports.actions.saveOverride(hold);
  else await ports.actions.endOverride(subject, hold.holds);
  await wanted.also?.(ports, action);
  return { action, held: findHold(overrides, hold) };
}

function actionOf(
  wanted: Wanted,
  { standing, change }: { standing: Standing; change: Change },
  tools: ActionTools,
): Action {
  const { kind, subject, actor, why, finding_id, issue_id } = wanted;
  const is_switch = "enabled" in change;
  const after: Traffic = is_switch ? standing : change;
  return {
    ...{ id: tools.ids(), at: tools.clock.now(), kind, subject, actor, why, finding_id, issue_id },
    before: standing.weights,
    after: after.weights,
    closed_before: [...standing.closed],
    closed: [...after.closed],
    enabled_before: is_switch ? standing.enabled : null,
    enabled: is_switch ? change.enabled : null,
    plan: 0,
    undone_by: null,
  };
}

/** Only what this action holds is put back: another action may have come in between, and that one stands. */
async function takeBack(
  ports: IncidentPorts,
  tools: ActionTools,
  { action, wanted, held, error }: { action: Action; wanted: Wanted; held: Override | undefined; error: unknown },
): Promise<void> {
  const { id, subject, actor } = action;
  const hold = holdOf(action);
  await ports.actions.hold(subject);
  const standing = findHold(await ports.actions.overrides(), hold);
  if (standing === undefined || standing.action_id === id) {
    await (held ? ports.actions.saveOverride(held) : ports.actions.endOverride(subject, hold.holds));
  }
  if (wanted.undoes) await ports.actions.markUndone(wanted.undoes, null);
  await wanted.takeBack?.(ports);
  await ports.actions.withdraw(id);
  // The product tries again at its next look; the log has its failures, the trail those of people.
  if (actor.kind === "system") return;
  const detail = { ...whatOf(action), error: error instanceof Error ? error.message : String(error) };
  await ports.audit.add({
    id: tools.ids(),
    at: tools.clock.now(),
    actor,
    what: "traffic.refused",
    target: subject,
    detail,
  });
}

/** At most once for each action, whoever comes first. */
async function complete(tools: ActionTools, workspace: WorkspaceName, action: Action): Promise<Action> {
  const is_first = await tools.transact(workspace, async (ports) => {
    if (!(await ports.actions.carriedOut(action.id, action.plan))) return false;
    await tell(ports, tools, action, tools.plans.subject(workspace, action.subject));
    return true;
  });
  if (!is_first) return action;
  tools.live.changed(workspace, "actions", action.id);
  if (action.issue_id) tools.live.changed(workspace, "issues", action.issue_id);
  return action;
}

async function tell(
  ports: IncidentPorts,
  tools: ActionTools,
  action: Action,
  planned: PlannedSubject | undefined,
): Promise<void> {
  const { id, kind, plan, subject, actor, why, issue_id } = action;
  const at = tools.clock.now();
  const hold = holdOf(action);
  const running = hold.holds === "traffic" ? planned?.action_id : planned?.switch_id;
  const standing = findHold(await ports.actions.overrides(), hold);
  // Another hand was faster than the plan: it is on record that this never ran.
  const overtaken = standing && standing.action_id !== id && running === standing.action_id;
  const detail = { ...whatOf(action), why, plan, action: id, ...(overtaken ? { overtaken_by: running } : {}) };
  const what = kind === "undo" ? "traffic.undo" : hold.holds === "switch" ? "traffic.switch" : "traffic.shift";
  await ports.audit.add({ id: tools.ids(), at, actor, what, target: subject, detail });
  if (issue_id === null) return;
  const text = `${sentenceOf(action)}. ${why}`;
  await ports.issues.addEvent(issue_id, { id: tools.ids(), at, kind: "change", actor, text, ref: id });
}

/** For the trail. */
function whatOf({ before, after, closed, enabled }: Action): Record<string, unknown> {
  return enabled === null ? { before, after, closed } : { enabled };
}

/** "orders: v1 90 % → 100 %, v2 10 % → 0 %", "orders: switched off" */
function sentenceOf({ subject, before, after, closed_before, closed, enabled }: Action): string {
  const moved = () => presentMove({ weights: before, closed: closed_before }, { weights: after, closed });
  return `${presentRelease(subject, null)}: ${enabled === null ? moved() : presentSwitch(enabled)}`;
}
