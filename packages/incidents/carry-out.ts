// Carries an action out: on record first, then as a new plan. What no plan can carry out is taken back, and the caller hears why.

import {
  type Clock,
  type Id,
  type IdSource,
  Problem,
  presentRelease,
  type Transact,
  type WorkspaceName,
} from "@holdfast/base";
import type { Action, Live, Weights } from "@holdfast/contract";
import { isSame, presentShift } from "./model/weights.ts";
import type { PlanControl } from "./plan-control.ts";
import type { IncidentPorts } from "./ports.ts";

export type ActionTools = {
  transact: Transact<IncidentPorts>;
  clock: Clock;
  ids: IdSource;
  live: Live;
  plans: PlanControl;
};

/** An action that somebody wants; `before` comes from the store, in the transaction that records it. */
export type Wanted = Pick<Action, "kind" | "subject" | "actor" | "why" | "finding_id" | "issue_id"> & {
  undoes?: Id;
  /** Asked inside the transaction, with the weights that stand there. Throws a Problem to refuse. */
  decide(current: Weights): Weights;
};

type Held = { weights: Weights; action_id: Id } | undefined;

/**
 * Three steps, each safe to die after: (1) the action and the weights it holds are committed; (2) a plan is compiled from
 * them, at the latest at the next start; (3) the plan's number, the trail and the issue's timeline are completed.
 */
export async function carryOut(tools: ActionTools, workspace: WorkspaceName, wanted: Wanted): Promise<Action> {
  const declared = tools.plans.subject(workspace, wanted.subject)?.declared;
  if (!declared) throw new Problem("not_found", { detail: `There is no ${wanted.subject} in the plan.` });
  const { action, held } = await tools.transact(workspace, (ports) => record(ports, tools, { wanted, declared }));
  const change = `${presentRelease(wanted.subject, null)}: ${presentShift(action.before, action.after)}`;
  const plan = await tools.plans.recompile(`${change}. ${wanted.why}`, workspace).catch(async (error: unknown) => {
    await tools.transact(workspace, (ports) => takeBack(ports, tools, { action, held, error }));
    throw error;
  });
  const carried_out = { ...action, plan };
  await tools.transact(workspace, (ports) => complete(ports, tools, { action: carried_out, wanted, change }));
  tools.live.changed(workspace, "actions", action.id);
  if (action.issue_id) tools.live.changed(workspace, "issues", action.issue_id);
  return carried_out;
}

async function record(
  ports: IncidentPorts,
  tools: ActionTools,
  { wanted, declared }: { wanted: Wanted; declared: Weights },
): Promise<{ action: Action; held: Held }> {
  if (wanted.issue_id && !(await ports.issues.find(wanted.issue_id))) {
    throw new Problem("invalid_input", { errors: [{ path: "issue_id", message: "is no issue of this workspace" }] });
  }
  const held = (await ports.actions.overrides()).find(({ subject }) => subject === wanted.subject);
  const before = held?.weights ?? declared;
  const { decide, undoes: _, ...described } = wanted;
  const after = decide(before);
  const id = tools.ids();
  const action: Action = { ...described, id, at: tools.clock.now(), before, after, plan: 0, undone_by: null };
  await ports.actions.add(action);
  await ports.actions.saveOverride(wanted.subject, isSame(after, declared) ? undefined : after, id);
  return { action, held };
}

/** Only what this action holds is put back: another action may have come in between, and that one stands. */
async function takeBack(
  ports: IncidentPorts,
  tools: ActionTools,
  { action, held, error }: { action: Action; held: Held; error: unknown },
): Promise<void> {
  const { id, subject, actor, after } = action;
  const standing = (await ports.actions.overrides()).find((override) => override.subject === subject);
  if (standing === undefined || standing.action_id === id) {
    await ports.actions.saveOverride(subject, held?.weights, held?.action_id ?? id);
  }
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

async function complete(
  ports: IncidentPorts,
  tools: ActionTools,
  { action, wanted, change }: { action: Action; wanted: Wanted; change: string },
): Promise<void> {
  const { id, plan, subject, actor, why, before, after, issue_id } = action;
  const at = tools.clock.now();
  await ports.actions.carriedOut(id, plan);
  if (wanted.undoes) await ports.actions.markUndone(wanted.undoes, id);
  const what = wanted.undoes ? "traffic.undo" : "traffic.shift";
  await ports.audit.add({ id: tools.ids(), at, actor, what, target: subject, detail: { before, after, why, plan } });
  if (issue_id === null) return;
  await ports.issues.addEvent(issue_id, {
    id: tools.ids(),
    at,
    kind: "change",
    actor,
    text: `${change}. ${why}`,
    ref: id,
  });
}
