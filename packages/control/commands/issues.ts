// Changing an issue, where people must be known by name.
import type { WorkspaceName } from "@holdfast/base";
import type { Actor, Issue, IssuePatch } from "@holdfast/contract";
import type { Services } from "../services.ts";

export function changeIssue(
  services: Services,
  workspace: WorkspaceName,
  id: string,
  patch: IssuePatch,
  actor: Actor,
): Promise<Issue> {
  return services.issues.patch(workspace, id, patch, actor, async (person_id) => {
    const people = await services.identity.people.list(workspace);
    return people.find((person) => person.id === person_id);
  });
}
