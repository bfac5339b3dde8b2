// Findings and what is done about them: keeps what detectors saw, joins it to an issue, and moves traffic, by a person's hand
// or, within the guards of decide-rollback, by itself.

import { type Id, type Instant, LIMITS, Problem, type WorkspaceName } from "@holdfast/base";
import {
  type Action,
  type Actor,
  type Finding,
  type Page,
  type PageQuery,
  type Promotion,
  type ShiftInput,
  type SwitchInput,
  SYSTEM,
} from "@holdfast/contract";
import type { FindingDraft } from "@holdfast/detection";
import { type ActionTools, carryOut } from "./carry-out.ts";
import { closedAfter, isSameSet } from "./model/closed.ts";
import { weightsAt } from "./model/decide-promotion.ts";
import { decideRollback, type RollbackDecision, type RollbackQuestion } from "./model/decide-rollback.ts";
import { decideUndo } from "./model/decide-undo.ts";
import { decideWeights, isSame, presentSwitch } from "./model/weights.ts";
import { endedAs, isOpen, noteOn, putBack, stillAs } from "./move-promotion.ts";
import type { PlannedSubject } from "./plan-control.ts";
import type { Override } from "./ports.ts";

export type IncidentTools = ActionTools & {
  /** The issue service of `feedback`. */
  issues: { joinFinding(workspace: WorkspaceName, finding: Finding): Promise<{ id: Id }> };
};

/** What an observation came to. `because`: why nothing was done by itself. */
export type Observation = { finding: Finding; action?: Action; because?: string };

export type Holding = Record<Override["holds"], ReadonlyMap<string, Action>>;

export type IncidentService = {
  /**
   * Takes what a detector sees at this look. May be called at every look: a release that goes on failing is one finding for a
   * while, and whatever an earlier call could not finish is finished.
   */
  observe(workspace: WorkspaceName, seen: FindingDraft): Promise<Observation>;
  /** Problem("invalid_input") for weights that cannot be; "conflict" when traffic flows like that already. */
  shift(workspace: WorkspaceName, subject: string, input: ShiftInput, actor: Actor): Promise<Action>;
  /** Serves nobody, or everybody again, whatever the settings say. Problem("conflict") when it is so already. */
  switch(workspace: WorkspaceName, subject: string, input: SwitchInput, actor: Actor): Promise<Action>;
  /** Problem("conflict") when something else changed the split, or the switch, since. */
  undo(workspace: WorkspaceName, action_id: Id, actor: Actor): Promise<Action>;
  action(workspace: WorkspaceName, id: Id): Promise<Action>;
  actions(workspace: WorkspaceName, page: PageQuery): Promise<Page<Action>>;
  actionsBetween(workspace: WorkspaceName, from: Instant, until: Instant): Promise<Action[]>;
  /** Oldest first. */
  actionsOfIssue(workspace: WorkspaceName, issue_id: Id): Promise<Action[]>;
  /** The actions that hold something away from the settings: by what they hold, and of which subject. */
  holding(workspace: WorkspaceName): Promise<Holding>;
  findings(workspace: WorkspaceName, page: PageQuery): Promise<Page<Finding>>;
  findingsOfIssue(workspace: WorkspaceName, issue_id: Id): Promise<Finding[]>;
  newestFinding(
    workspace: WorkspaceName,
    subject: string,
    release: string,
    from: Instant,
  ): Promise<Finding | undefined>;
};

export function createIncidentService(tools: IncidentTools): IncidentService {
  const { transact } = tools;
  return {
    observe: (workspace, seen) => observe(tools, workspace, seen),
    shift: (workspace, subject, input, actor) => shift(tools, workspace, { subject, input, actor }),
    switch: (workspace, subject, input, actor) => turn(tools, workspace, { subject, input, actor }),
    undo: (workspace, action_id, actor) => undo(tools, workspace, { action_id, actor }),
    action: (workspace, id) => findAction(tools, workspace, id),
    actions: (workspace, page) => transact(workspace, ({ actions }) => actions.list(page)),
    actionsBetween: (workspace, from, until) => transact(workspace, ({ actions }) => actions.between(from, until)),
    actionsOfIssue: (workspace, issue_id) => transact(workspace, ({ actions }) => actions.ofIssue(issue_id)),
    holding: (workspace) => holding(tools, workspace),
    findings: (workspace, page) => transact(workspace, ({ findings }) => findings.list(page)),
    findingsOfIssue: (workspace, issue_id) => transact(workspace, ({ findings }) => findings.ofIssue(issue_id)),
    newestFinding: (workspace, subject, release, from) =>
      transact(workspace, ({ findings }) => findings.newest(subject, release, from)),
  };
}

async function observe(tools: IncidentTools, workspace: WorkspaceName, seen: FindingDraft): Promise<Observation> {
  const raised = await raise(tools, workspace, seen);
  const issue_id = raised.issue_id ?? (await tools.issues.joinFinding(workspace, raised)).id;
  const finding = { ...raised, issue_id };
  const promotion = await promotionTo(tools, workspace, seen);
  const planned = tools.plans.subject(workspace, seen.subject);
  const decision = await decide(tools, workspace, { finding, seen, promotion, planned });
  if (decision.decide === "hold") {
    if (promotion) await pauseBecause(tools, workspace, { promotion, why: `${seen.sentence} ${decision.because}` });
    return { finding, because: decision.because };
  }
  const action = await takeAway(tools, workspace, { finding, seen, promotion, planned }, decision);
  return { finding, action };
}

/** What was decided, unless somebody moved traffic since. */
async function takeAway(
  tools: IncidentTools,
  workspace: WorkspaceName,
  { finding, seen, promotion, planned }: Judged,
  decision: Extract<RollbackDecision, { decide: "roll_back" }>,
): Promise<Action> {
  const { closed, why } = decision;
  // A promotion took from all others in their proportion, and so it gives back.
  const weights = (promotion && weightsAt(promotion.before, promotion.to, 0)) ?? decision.after;
  let ended = promotion;
  return await carryOut(tools, workspace, {
    ...{ kind: "shift_traffic", subject: seen.subject, actor: SYSTEM, why },
    ...{ finding_id: finding.id, issue_id: finding.issue_id },
    async decide(standing, ports) {
      // A hand that was faster than this decision wins; the next look decides again.
      if (!planned || standing.action_id !== planned.action_id || !isSame(standing.weights, planned.weights))
        throw new Problem("conflict", { detail: "The split changed just now." });
      if (promotion) await stillAs(ports, promotion);
      return { weights, closed };
    },
    async also(ports, { id }) {
      if (!promotion) return;
      ended = { ...endedAs(promotion, tools, why), action_id: id };
      await ports.promotions.save(ended);
      await noteOn(ports, tools, { promotion: ended, actor: SYSTEM, what: "promotion.abort" });
    },
    takeBack: async (ports) => (promotion && ended ? putBack(ports, promotion, ended) : undefined),
  });
}

/** The finding of this release that is still fresh, or a new one. */
async function raise(tools: IncidentTools, workspace: WorkspaceName, seen: FindingDraft): Promise<Finding> {
  const { transact, clock, ids, live } = tools;
  const now = clock.now();
  const { finding, is_new } = await transact(workspace, async ({ findings }) => {
    await findings.hold(seen.subject, seen.release);
    const fresh = await findings.newest(seen.subject, seen.release, now - LIMITS.finding_quiet_ms);
    if (fresh) return { finding: fresh, is_new: false };
    const finding: Finding = { ...seen, id: ids(), at: now, issue_id: null };
    await findings.add(finding);
    return { finding, is_new: true };
  });
  if (is_new) live.changed(workspace, "findings", finding.id);
  return finding;
}

type Judged = {
  finding: Finding;
  seen: FindingDraft;
  promotion: Promotion | undefined;
  planned: PlannedSubject | undefined;
};

async function decide(
  { transact, clock }: IncidentTools,
  workspace: WorkspaceName,
  { finding, seen, promotion, planned }: Judged,
): Promise<RollbackDecision> {
  const now = clock.now();
  const from = Math.min(finding.at, now - LIMITS.person_hold_ms);
  const recent = await transact(workspace, ({ actions }) => actions.between(from, now + 1));
  const by_person = recent
    .filter((action) => action.subject === seen.subject && action.actor.kind !== "system")
    // Whoever worked the switch said nothing about releases.
    .filter((action) => action.enabled === null)
    // Whoever began a promotion wants it judged, whatever they did before.
    .filter((action) => !promotion || action.at >= promotion.started_at)
    .toSorted((a, b) => b.at - a.at)[0];
  const subject = promotion ? promoted(planned, promotion) : planned;
  return decideRollback({ finding, seen, subject, by_person, now });
}

/** What is on its way may go back by itself where the promotion says so. */
function promoted(planned: PlannedSubject | undefined, { on_failure }: Promotion): RollbackQuestion["subject"] {
  if (!planned?.rollback) return planned;
  const automatic = planned.rollback.automatic || on_failure === "roll back";
  return { ...planned, rollback: { ...planned.rollback, automatic } };
}

async function promotionTo(
  { transact }: IncidentTools,
  workspace: WorkspaceName,
  { subject, release }: FindingDraft,
): Promise<Promotion | undefined> {
  const newest = await transact(workspace, ({ promotions }) => promotions.newest(subject));
  return newest && isOpen(newest) && newest.to === release ? newest : undefined;
}

async function pauseBecause(
  tools: IncidentTools,
  workspace: WorkspaceName,
  { promotion, why }: { promotion: Promotion; why: string },
): Promise<void> {
  if (promotion.state === "paused") return;
  await tools.transact(workspace, async (ports) => {
    await ports.actions.hold(promotion.subject);
    await stillAs(ports, promotion);
    const paused: Promotion = { ...promotion, state: "paused", paused_at: tools.clock.now(), why };
    await ports.promotions.save(paused);
    await noteOn(ports, tools, { promotion: paused, actor: SYSTEM, what: "promotion.pause" });
  });
  tools.live.changed(workspace, "actions", promotion.id);
}

async function shift(
  tools: IncidentTools,
  workspace: WorkspaceName,
  { subject, input, actor }: { subject: string; input: ShiftInput; actor: Actor },
): Promise<Action> {
  const known = tools.plans.subject(workspace, subject);
  if (!known) throw new Problem("not_found", { detail: `There is no ${subject} in the plan.` });
  const weights = decideWeights(input, known.declared);
  if (!weights.ok) throw new Problem("invalid_input", { errors: weights.error });
  return await carryOut(tools, workspace, {
    kind: input.flip_to === undefined ? "shift_traffic" : "flip",
    subject,
    actor,
    why: input.why,
    finding_id: null,
    issue_id: input.issue_id ?? null,
    decide({ weights: current, closed, declared }) {
      const after = closedAfter(input, weights.value, { closed, declared, picked: known.picked });
      if (isSame(current, weights.value) && isSameSet(closed, after))
        throw new Problem("conflict", { detail: "Traffic flows like that already." });
      return { weights: weights.value, closed: after };
    },
  });
}

async function turn(
  tools: IncidentTools,
  workspace: WorkspaceName,
  { subject, input, actor }: { subject: string; input: SwitchInput; actor: Actor },
): Promise<Action> {
  const { enabled, why, issue_id = null } = input;
  return await carryOut(tools, workspace, {
    ...{ kind: "switch", subject, actor, why, finding_id: null, issue_id },
    decide(standing) {
      if (standing.enabled === enabled)
        throw new Problem("conflict", { detail: `It is ${presentSwitch(enabled)} already.` });
      return { enabled };
    },
  });
}

async function undo(
  tools: IncidentTools,
  workspace: WorkspaceName,
  { action_id, actor }: { action_id: Id; actor: Actor },
): Promise<Action> {
  const action = await findAction(tools, workspace, action_id);
  if (!tools.plans.subject(workspace, action.subject))
    throw new Problem("conflict", { detail: `The settings no longer have ${action.subject}.` });
  return await carryOut(tools, workspace, {
    kind: "undo",
    subject: action.subject,
    actor,
    why: `Undoes: ${action.why}`,
    finding_id: null,
    issue_id: action.issue_id,
    undoes: action.id,
    async decide(standing, ports) {
      // Whether somebody undid it meanwhile is seen here alone.
      const fresh = (await ports.actions.find(action.id)) ?? action;
      const decided = decideUndo(fresh, standing);
      if (!decided.ok) throw decided.error;
      return decided.value;
    },
  });
}

async function findAction({ transact }: IncidentTools, workspace: WorkspaceName, id: Id): Promise<Action> {
  const action = await transact(workspace, ({ actions }) => actions.find(id));
  if (!action) throw new Problem("not_found", { detail: `There is no action ${id}.` });
  return action;
}

async function holding({ transact }: IncidentTools, workspace: WorkspaceName): Promise<Holding> {
  return await transact(workspace, async ({ actions }) => {
    const held = { traffic: new Map<string, Action>(), switch: new Map<string, Action>() };
    for (const { subject, holds, action_id } of await actions.overrides()) {
      const action = await actions.find(action_id);
      if (action) held[holds].set(subject, action);
    }
    return held;
  });
}
