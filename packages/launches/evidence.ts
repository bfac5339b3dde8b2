// Reads what an exit criterion is judged by: severity 1 issues, and measures of the calls within the launch's scope.
import { LIMITS, Problem, type WorkspaceName } from "@holdfast/base";
import { countedCalls, type ExitCriterion } from "@holdfast/contract";
import type { LaunchTools } from "./launch-service.ts";
import type { Evidence } from "./model/criteria.ts";
import type { LaunchRow } from "./ports.ts";

type Asked = { row: LaunchRow; criterion: ExitCriterion };

export async function gatherEvidence(tools: LaunchTools, workspace: WorkspaceName, asked: Asked): Promise<Evidence> {
  const { row, criterion } = asked;
  const now = tools.clock.now();
  const begun = now >= row.from;
  const critical = begun && criterion.measure === "days_without_critical";
  return {
    now,
    from: row.from,
    criticals: critical ? await tools.criticals(workspace, row.from - LIMITS.critical_lookback_ms) : [],
    measured:
      begun && criterion.measure === "error_ratio"
        ? await measure(tools, workspace, row, now - criterion.over_last)
        : null,
  };
}

/** Calls before the window do not count. Null when the store does not answer: the rest of the page is still true. */
async function measure(
  { calls, clock }: LaunchTools,
  workspace: WorkspaceName,
  row: LaunchRow,
  since: number,
): Promise<Evidence["measured"]> {
  const isInScope = scopeOf(row);
  try {
    const rows = await calls.measures(workspace, { from: Math.max(row.from, since), until: clock.now() });
    const counted = rows.filter(({ subject }) => isInScope(subject));
    return {
      calls: counted.reduce((total, measured) => total + countedCalls(measured), 0),
      errors: counted.reduce((total, measured) => total + measured.errors, 0),
    };
  } catch (error) {
    if (error instanceof Problem && error.code === "telemetry_unavailable") return null;
    throw error;
  }
}

/** A launch that names nothing is about the whole workspace. */
function scopeOf({ scope }: LaunchRow): (subject: string) => boolean {
  const subjects = [...scope.routes.map((name) => `routes.${name}`), ...scope.models.map((name) => `models.${name}`)];
  return subjects.length === 0 ? () => true : (subject) => subjects.includes(subject);
}
