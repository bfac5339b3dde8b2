// What incidents need of whoever compiles plans: where traffic flows, and a new plan that carries out what was decided.
import type { Id, WorkspaceName } from "@holdfast/base";
import type { PlanPromote, PlanRollback, Weights } from "@holdfast/contract";

/** A route or model as the current plan has it. */
export type PlannedSubject = {
  /** With what actions hold. */
  weights: Weights;
  /** As the settings say. */
  declared: Weights;
  /** The action whose weights these are; undefined: those of the settings. */
  action_id: Id | undefined;
  /** Whether callers are served. */
  enabled: boolean;
  /** As the settings say. */
  enabled_declared: boolean;
  /** The action that holds the switch; undefined: nothing does. */
  switch_id: Id | undefined;
  /** No rule leads to them either. */
  closed: readonly string[];
  /** Releases that rules of the settings name. */
  picked: readonly string[];
  rollback?: PlanRollback;
  /** `fingerprint` changes with what is promoted, and how. */
  promote?: PlanPromote & { fingerprint: string };
};

export type PlanControl = {
  subject(workspace: WorkspaceName, subject: string): PlannedSubject | undefined;
  /** Subjects whose settings start a promotion by themselves. */
  promoted(workspace: WorkspaceName): string[];
  /** Compiles settings and what actions hold into a new plan and hands it to the gateways. Resolves with its number. */
  recompile(because: string, workspace: WorkspaceName): Promise<number>;
};
