// Compiles what is held of all workspaces into one plan, with the traffic that actions shifted.
import type { Result, WorkspaceName } from "@holdfast/base";
import { type CompiledPlan, compilePlan } from "./compile-plan.ts";
import type { Clash } from "./find-clashes.ts";
import type { Candidate, Held } from "./held-settings.ts";
import type { PlanManagerTools } from "./plan-tools.ts";

/** `candidate` stands in for what is held of its workspace. The plan has no number and time yet. */
export async function compileHeld(
  held: ReadonlyMap<WorkspaceName, Held>,
  candidate: Candidate | undefined,
  tools: Pick<PlanManagerTools, "transact" | "reference_key">,
): Promise<Result<CompiledPlan, Clash[]>> {
  const sections = new Map([...held].map(([workspace, { section }]) => [workspace, section]));
  if (candidate) sections.set(candidate.settings.workspace, candidate.section);
  const reference_keys: Record<WorkspaceName, string> = {};
  const parts: Parameters<typeof compilePlan>[0]["sections"] = [];
  for (const [workspace, section] of sections) {
    reference_keys[workspace] = Buffer.from(tools.reference_key(workspace)).toString("base64url");
    // A workspace that this document founds has no rows yet.
    const overrides = held.has(workspace) ? await tools.transact(workspace, ({ actions }) => actions.overrides()) : [];
    parts.push({ workspace, section, overrides });
  }
  return compilePlan({ number: 0, made_at: 0, sections: parts, reference_keys });
}
