// Moves of a promotion: one step on, or all the way back. The promotion's row and the action that moves traffic are one transaction.
import { type Id, type Instant, Problem, type WorkspaceName } from "@holdfast/base";
import { type Actor, type Promotion, SYSTEM } from "@holdfast/contract";
import { type ActionTools, carryOut } from "./carry-out.ts";
import { stillClosed } from "./model/closed.ts";
import { shareAt, weightsAt } from "./model/decide-promotion.ts";
import type { Standing } from "./model/standing.ts";
import type { IncidentPorts, Traffic } from "./ports.ts";

/** The promotion as it stands in this transaction. Throws Problem("conflict") when somebody changed it since it was read. */
export async function stillAs(ports: IncidentPorts, read: Promotion): Promise<void> {
  const now = await ports.promotions.newest(read.subject);
  const same =
    now?.id === read.id && now.state === read.state && now.step === read.step && now.paused_at === read.paused_at;
  if (!same) throw new Problem("conflict", { detail: "The promotion changed just now; look again." });
}

async function noneOpen(ports: IncidentPorts, subject: string): Promise<void> {
  const newest = await ports.promotions.newest(subject);
  if (newest && isOpen(newest)) throw new Problem("conflict", { detail: "A promotion is on its way already." });
}

export function isOpen({ state }: Pick<Promotion, "state">): boolean {
  return state === "running" || state === "paused";
}

type Move = {
  promotion: Promotion;
  step: number;
  why: string;
  /** Its row is made with this move. */
  is_new?: boolean;
  /** Whoever asked, for the trail. */
  asked?: { actor: Actor; what: "promotion.start" | "promotion.skip" };
};

/** The product's own hand, whoever asked: a person's would keep automatic rollback away for a while. */
export async function moveOn(
  tools: ActionTools,
  workspace: WorkspaceName,
  { promotion, is_new = false, asked, ...move }: Move,
): Promise<Promotion> {
  let moved = promotion;
  await carryOut(tools, workspace, {
    kind: "promote",
    subject: promotion.subject,
    actor: SYSTEM,
    why: move.why,
    finding_id: null,
    issue_id: null,
    held: true,
    async decide(standing, ports) {
      await (is_new ? noneOpen(ports, promotion.subject) : stillAs(ports, promotion));
      return splitAt(promotion, move.step, standing);
    },
    async also(ports, { id }) {
      moved = movedTo(promotion, move, { action_id: id, now: tools.clock.now() });
      await (is_new ? ports.promotions.add(moved) : ports.promotions.save(moved));
      if (asked) await noteOn(ports, tools, { promotion: moved, ...asked });
      if (moved.state === "done")
        await noteOn(ports, tools, { promotion: moved, actor: SYSTEM, what: "promotion.done" });
    },
    takeBack: (ports) => (is_new ? ports.promotions.remove(promotion.id) : putBack(ports, promotion, moved)),
  });
  return moved;
}

function splitAt(promotion: Promotion, step: number, standing: Standing): Traffic {
  if ((standing.action_id ?? null) !== promotion.action_id)
    throw new Problem("conflict", { detail: "The split changed just now." });
  const weights = weightsAt(promotion.before, promotion.to, shareAt(promotion, step));
  if (!weights) throw new Problem("conflict", { detail: `${promotion.to} has everything already.` });
  return { weights, closed: stillClosed(standing.closed, weights) };
}

function movedTo(
  promotion: Promotion,
  { step, why }: Pick<Move, "step" | "why">,
  { action_id, now }: { action_id: Id; now: Instant },
): Promotion {
  const is_done = step >= promotion.steps.length;
  const ended = is_done ? { state: "done" as const, ended_at: now } : { state: "running" as const };
  return { ...promotion, ...ended, step, step_since: now, paused_at: null, why, action_id };
}

/** No plan could carry the move out. What somebody did to the promotion meanwhile stands. */
export async function putBack(ports: IncidentPorts, promotion: Promotion, moved: Promotion): Promise<void> {
  const now = await ports.promotions.newest(promotion.subject);
  if (now?.id !== promotion.id || now.action_id !== moved.action_id) return;
  const hand = now.state === "paused" ? { state: now.state, paused_at: now.paused_at, why: now.why } : {};
  await ports.promotions.save({ ...promotion, ...hand });
}

/** By a person's hand: everything back to where it was. */
export async function rollBack(
  tools: ActionTools,
  workspace: WorkspaceName,
  { promotion, actor, why }: { promotion: Promotion; actor: Actor; why: string },
): Promise<Promotion> {
  let ended = promotion;
  await carryOut(tools, workspace, {
    kind: "promote",
    subject: promotion.subject,
    actor,
    why,
    finding_id: null,
    issue_id: null,
    async decide(standing, ports) {
      await stillAs(ports, promotion);
      return { weights: promotion.before, closed: [...standing.closed] };
    },
    async also(ports, action) {
      ended = { ...endedAs(promotion, tools, why), action_id: action.id };
      await ports.promotions.save(ended);
      await noteOn(ports, tools, { promotion: ended, actor, what: "promotion.abort" });
    },
    takeBack: (ports) => putBack(ports, promotion, ended),
  });
  return ended;
}

export function endedAs(promotion: Promotion, { clock }: Pick<ActionTools, "clock">, why: string): Promotion {
  return { ...promotion, state: "aborted", paused_at: null, ended_at: clock.now(), why };
}

export async function noteOn(
  ports: IncidentPorts,
  { ids, clock }: Pick<ActionTools, "ids" | "clock">,
  { promotion, actor, what }: { promotion: Promotion; actor: Actor; what: string },
): Promise<void> {
  const { id, to, step, steps, why, subject } = promotion;
  const detail = { promotion: id, to, step, of: steps.length, why };
  await ports.audit.add({ id: ids(), at: clock.now(), actor, what, target: subject, detail });
}
