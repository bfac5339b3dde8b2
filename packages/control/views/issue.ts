// One issue as its page shows it: with its timeline, the voices in it, what detectors saw and what was done.
import type { WorkspaceName } from "@holdfast/base";
import type { IssueDetail } from "@holdfast/contract";
import type { Services } from "../services.ts";

export async function viewIssue(services: Services, workspace: WorkspaceName, id: string): Promise<IssueDetail> {
  const issue = await services.issues.get(workspace, id);
  const [events, feedback, findings, actions] = await Promise.all([
    services.issues.events(workspace, id),
    services.issues.feedback(workspace, id),
    services.incidents.findingsOfIssue(workspace, id),
    services.incidents.actionsOfIssue(workspace, id),
  ]);
  return { ...issue, events, feedback, findings, actions };
}
