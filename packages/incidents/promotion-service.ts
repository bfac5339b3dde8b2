// Promotions: traffic on its way to a release, step by step. The state is a row, so whoever looks next goes on where the last one
// stopped; a person can start, pause, resume, skip and abort. What a detector finds ends one through `incident-service.ts`.
import { Problem, type WorkspaceName } from "@holdfast/base";
import { type Actor, type CallStore, type Promotion, type PromotionInput, SYSTEM } from "@holdfast/contract";
import { type ActionTools, finishActions } from "./carry-out.ts";
import { decidePromotion, firstStep } from "./model/decide-promotion.ts";
import { findHold } from "./model/standing.ts";
import { endedAs, isOpen, moveOn, noteOn, rollBack, stillAs } from "./move-promotion.ts";
import type { IncidentPorts } from "./ports.ts";

export type PromotionTools = ActionTools & { calls: Pick<CallStore, "measures"> };

export type PromotionService = {
  /** Problem("not_found") where none is declared or runs; "conflict" for what cannot be done now. */
  command(workspace: WorkspaceName, subject: string, input: PromotionInput, actor: Actor): Promise<Promotion>;
  /** Starts, moves and ends what is due, and finishes actions that were left half done. May be called at any time. */
  look(workspace: WorkspaceName): Promise<void>;
  /** The newest of each subject. */
  latest(workspace: WorkspaceName): Promise<Promotion[]>;
};

type Asked = { subject: string; why: string; actor: Actor };

export function createPromotionService(tools: PromotionTools): PromotionService {
  return {
    command: (workspace, subject, { do: what, why }, actor) =>
      COMMANDS[what](tools, workspace, { subject, why, actor }),
    async look(workspace) {
      await finishActions(tools, workspace);
      for (const subject of tools.plans.promoted(workspace)) await startIfNew(tools, workspace, subject);
      const open = await tools.transact(workspace, ({ promotions }) => promotions.open());
      for (const promotion of open) await look(tools, workspace, promotion);
    },
    latest: (workspace) => tools.transact(workspace, ({ promotions }) => promotions.latest()),
  };
}

type Command = (tools: PromotionTools, workspace: WorkspaceName, asked: Asked) => Promise<Promotion>;

const COMMANDS: Record<PromotionInput["do"], Command> = {
  start,
  pause: (tools, workspace, asked) =>
    change(tools, workspace, { ...asked, from: "running" }, (promotion, now) => ({
      ...promotion,
      state: "paused",
      paused_at: now,
      why: `${asked.actor.name} paused it: ${asked.why}`,
    })),
  resume: (tools, workspace, asked) =>
    change(tools, workspace, { ...asked, from: "paused" }, (promotion, now) => ({
      ...promotion,
      state: "running",
      // The step goes on with the time that it had left.
      step_since: promotion.step_since + (now - (promotion.paused_at ?? now)),
      paused_at: null,
      why: `${asked.actor.name} resumed it: ${asked.why}`,
    })),
  async skip(tools, workspace, { subject, why, actor }) {
    const promotion = await findOpen(tools, workspace, subject);
    const skipped = `${actor.name} skipped the rest of step ${promotion.step + 1}: ${why}`;
    const step = promotion.step + 1;
    return await moveOn(tools, workspace, { promotion, step, why: skipped, asked: { actor, what: "promotion.skip" } });
  },
  async abort(tools, workspace, { subject, why, actor }) {
    const promotion = await findOpen(tools, workspace, subject);
    return await rollBack(tools, workspace, { promotion, actor, why });
  },
};

async function start(tools: PromotionTools, workspace: WorkspaceName, asked: Asked): Promise<Promotion> {
  const { subject, why, actor } = asked;
  const planned = tools.plans.subject(workspace, subject);
  if (!planned?.promote)
    throw new Problem("not_found", { detail: `The settings declare no promotion for ${subject}.` });
  const { to, steps, on_failure, least_calls, fingerprint } = planned.promote;
  const step = firstStep({ steps }, planned.weights[to] ?? 0);
  if (step === undefined) throw new Problem("conflict", { detail: `${to} has everything already.` });
  const now = tools.clock.now();
  const promotion: Promotion = {
    ...{ id: tools.ids(), subject, to, before: planned.weights, steps, on_failure, least_calls, fingerprint },
    ...{ state: "running", step, step_since: now, paused_at: null, started_at: now, ended_at: null },
    ...{ by: actor, why, action_id: planned.action_id ?? null },
  };
  const asked_by = { actor, what: "promotion.start" as const };
  const began = `${actor.name} began: ${why}`;
  return await moveOn(tools, workspace, { promotion, is_new: true, step, why: began, asked: asked_by });
}

/** Once for each change of what is declared. */
async function startIfNew(tools: PromotionTools, workspace: WorkspaceName, subject: string): Promise<void> {
  const planned = tools.plans.subject(workspace, subject);
  if (!planned?.promote || (planned.weights[planned.promote.to] ?? 0) >= 1) return;
  const newest = await tools.transact(workspace, ({ promotions }) => promotions.newest(subject));
  if (newest && (isOpen(newest) || newest.fingerprint === planned.promote.fingerprint)) return;
  await start(tools, workspace, { subject, why: "The settings declare it.", actor: SYSTEM });
}

async function look(tools: PromotionTools, workspace: WorkspaceName, promotion: Promotion): Promise<void> {
  const standing = await tools.transact(workspace, (ports) => standingOf(ports, promotion.subject));
  const calls = promotion.state === "running" ? await callsOf(tools, workspace, promotion) : undefined;
  const decision = decidePromotion({ promotion, standing, calls, now: tools.clock.now() });
  if (decision.decide === "move") {
    const { steps } = promotion;
    const why =
      decision.step < steps.length
        ? `Step ${decision.step + 1} of ${steps.length} of the promotion that ${promotion.by.name} began.`
        : `The promotion that ${promotion.by.name} began has come through its steps.`;
    await moveOn(tools, workspace, { promotion, step: decision.step, why });
  } else if (decision.why !== promotion.why) await keep(tools, workspace, { promotion, decision });
}

async function keep(
  tools: PromotionTools,
  workspace: WorkspaceName,
  { promotion, decision }: { promotion: Promotion; decision: { decide: "wait" | "end"; why: string } },
): Promise<void> {
  await tools.transact(workspace, async (ports) => {
    await ports.actions.hold(promotion.subject);
    await stillAs(ports, promotion);
    if (decision.decide === "wait") return await ports.promotions.save({ ...promotion, why: decision.why });
    const ended = endedAs(promotion, tools, decision.why);
    await ports.promotions.save(ended);
    await noteOn(ports, tools, { promotion: ended, actor: SYSTEM, what: "promotion.end" });
  });
  tools.live.changed(workspace, "actions", promotion.id);
}

async function standingOf(ports: IncidentPorts, subject: string) {
  const held = findHold(await ports.actions.overrides(), { subject, holds: "traffic" });
  const action = held && (await ports.actions.find(held.action_id));
  return { action_id: held?.action_id, by: action?.actor.name };
}

/** Undefined when the store of calls does not answer: missing data is no reason to give more. */
async function callsOf(
  { calls, clock }: PromotionTools,
  workspace: WorkspaceName,
  { subject, to, step_since }: Promotion,
): Promise<number | undefined> {
  try {
    const rows = await calls.measures(workspace, { from: step_since, until: clock.now(), subject });
    return rows.filter(({ release }) => release === to).reduce((sum, row) => sum + row.calls, 0);
  } catch (error) {
    if (error instanceof Problem && error.code === "telemetry_unavailable") return undefined;
    throw error;
  }
}

async function change(
  tools: PromotionTools,
  workspace: WorkspaceName,
  { subject, actor, from }: Asked & { from: "running" | "paused" },
  to: (promotion: Promotion, now: number) => Promotion,
): Promise<Promotion> {
  const changed = await tools.transact(workspace, async (ports) => {
    await ports.actions.hold(subject);
    const promotion = mustBeOpen(await ports.promotions.newest(subject), subject);
    if (promotion.state !== from) throw new Problem("conflict", { detail: `The promotion is ${promotion.state}.` });
    const next = to(promotion, tools.clock.now());
    await ports.promotions.save(next);
    const what = next.state === "paused" ? "promotion.pause" : "promotion.resume";
    await noteOn(ports, tools, { promotion: next, actor, what });
    return next;
  });
  tools.live.changed(workspace, "actions", changed.id);
  return changed;
}

async function findOpen({ transact }: PromotionTools, workspace: WorkspaceName, subject: string): Promise<Promotion> {
  return mustBeOpen(await transact(workspace, ({ promotions }) => promotions.newest(subject)), subject);
}

function mustBeOpen(promotion: Promotion | undefined, subject: string): Promotion {
  if (promotion && isOpen(promotion)) return promotion;
  throw new Problem("not_found", { detail: `No promotion of ${subject} is on its way.` });
}
