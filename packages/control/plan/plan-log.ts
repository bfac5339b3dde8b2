// What the operator reads in the log of plans and of stored settings that cannot be used.
import type { Log, WorkspaceName } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import { problemLine, type SettingsProblem } from "./problem.ts";

export function logPlan(log: Log, { number, routes, models }: Plan, because: string): void {
  log.info({ plan: number, because, routes: routes.length, models: models.length }, "plan in force");
}

export function logRefusedRefresh(log: Log, workspace: WorkspaceName, problems: readonly SettingsProblem[]): void {
  for (const problem of problems)
    log.error(
      { workspace, problem: problemLine("settings", problem) },
      "a file that the settings name has changed and is refused; what it said before stays in force",
    );
}

export function logUnreadable(log: Log, workspace: WorkspaceName, problems: readonly SettingsProblem[]): void {
  for (const problem of problems)
    log.error({ workspace, problem: problemLine("stored settings", problem) }, "settings cannot be read any more");
}
