// What incidents need of whoever compiles plans: where traffic flows, and a new plan that carries out what was decided.
import type { WorkspaceName } from "@holdfast/base";
import type { PlanRollback, Weights } from "@holdfast/contract";

export type PlanControl = {
  /** A route or model as the current plan has it; `weights` with what actions hold, `declared` as the settings say. */
  subject(
    workspace: WorkspaceName,
    subject: string,
  ): { weights: Weights; declared: Weights; rollback?: PlanRollback } | undefined;
  /** Compiles settings and held weights into a new plan and hands it to the gateways. Resolves with its number. */
  recompile(because: string, workspace: WorkspaceName): Promise<number>;
};
