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
import type { Action, Live, Weights } from "@holdfast/contract";
import { isSame, presentMove } from "./model/weights.ts";
import type { PlanControl } from "./plan-control.ts";
import type { IncidentPorts, Override, Traffic } from "./ports.ts";

export type ActionTools = {
  transact: Transact<IncidentPorts>;
  clock: Clock;
  ids: IdSource;
  live: Live;
  plans: PlanControl;
};

/** Traffic as the store has it now. `action_id` undefined: nothing holds it away from the settings. */
export type Standing = Traffic & { action_id: Id | undefined; declared: Weights };

/** An action that somebody wants; what was before comes from the store, in the transaction that records it. */
export type Wanted = Pick<Action, "kind" | "subject" | "actor" | "why" | "finding_id" | "issue_id"> & {
  undoes?: Id;
  /** Kept although the settings say the same: whoever asked wants to find it. */
  held?: true;
  /** Asked inside the transaction, alone with this subject. Throws a Problem to refuse. */
  decide(standing: Standing, ports: IncidentPorts): Traffic | Promise<Traffic>;
  /** Written in the same transaction. */
  also?(ports: IncidentPorts, action: Action): Promise<void>;
  /** Takes `also` back, when no plan could carry the action out. */
  takeBack?(ports: IncidentPorts): Promise<void>;
};

/**
 * Three steps, each safe to die after: (1) the action and the weights it holds are committed; (2) a plan is compiled from
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
  const held = (await ports.actions.overrides()).find((override) => override.subject === subject);
  const declared = tools.plans.subject(workspace, subject)?.declared;
  if (!declared) throw new Problem("not_found", { detail: `There is no ${subject} in the plan.` });
  const before: Traffic = held ?? { weights: declared, closed: [] };
  const after = await wanted.decide({ ...before, action_id: held?.action_id, declared }, ports);
  const action = actionOf(wanted, { before, after }, tools);
  await ports.actions.add(action);
  if (undoes) await ports.actions.markUndone(undoes, action.id);
  const is_held = wanted.held || after.closed.length > 0 || !isSame(after.weights, declared);
  await ports.actions.saveOverride(subject, is_held ? after : undefined, action.id);
  await wanted.also?.(ports, action);
  return { action, held };
}

function actionOf(wanted: Wanted, { before, after }: Record<"before" | "after", Traffic>, tools: ActionTools): Action {
  const { kind, subject, actor, why, finding_id, issue_id } = wanted;
  return {
    ...{ id: tools.ids(), at: tools.clock.now(), kind, subject, actor, why, finding_id, issue_id },
    before: before.weights,
    after: after.weights,
    closed_before: [...before.closed],
    closed: [...after.closed],
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
  const { id, subject, actor, after } = action;
  await ports.actions.hold(subject);
  const standing = (await ports.actions.overrides()).find((override) => override.subject === subject);
  if (standing === undefined || standing.action_id === id) {
    await ports.actions.saveOverride(subject, held, held?.action_id ?? id);
  }
  if (wanted.undoes) await ports.actions.markUndone(wanted.undoes, null);
  await wanted.takeBack?.(ports);
  await ports.actions.withdraw(id);
  // The product tries again at its next look; the log has its failures, the trail those of people.
  if (actor.kind === "system") return;
  const detail = { after, error: error instanceof Error ? error.message : String(error) };
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
    await tell(ports, tools, action, tools.plans.subject(workspace, action.subject)?.action_id);
    return true;
  });
  if (!is_first) return action;
  tools.live.changed(workspace, "actions", action.id);
  if (action.issue_id) tools.live.changed(workspace, "issues", action.issue_id);
  return action;
}

async function tell(ports: IncidentPorts, tools: ActionTools, action: Action, running: Id | undefined): Promise<void> {
  const { id, kind, plan, subject, actor, why, before, after, closed, issue_id } = action;
  const at = tools.clock.now();
  const standing = (await ports.actions.overrides()).find((override) => override.subject === subject);
  // Another hand was faster than the plan: it is on record that these weights never ran.
  const overtaken = standing && standing.action_id !== id && running === standing.action_id;
  const detail = { before, after, closed, why, plan, action: id, ...(overtaken ? { overtaken_by: running } : {}) };
  const what = kind === "undo" ? "traffic.undo" : "traffic.shift";
  await ports.audit.add({ id: tools.ids(), at, actor, what, target: subject, detail });
  if (issue_id === null) return;
  const text = `${sentenceOf(action)}. ${why}`;
  await ports.issues.addEvent(issue_id, { id: tools.ids(), at, kind: "change", actor, text, ref: id });
}

/** "orders: v1 90 % → 100 %, v2 10 % → 0 %" */
function sentenceOf({ subject, before, after, closed_before, closed }: Action): string {
  const change = presentMove({ weights: before, closed: closed_before }, { weights: after, closed });
  return `${presentRelease(subject, null)}: ${change}`;
}
