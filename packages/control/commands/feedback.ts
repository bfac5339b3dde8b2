// Writing down what somebody said elsewhere: the team's own way into the feedback hub.
import type { WorkspaceName } from "@holdfast/base";
import type { Actor, Feedback, FeedbackByHandInput } from "@holdfast/contract";
import type { Services } from "../services.ts";

/** It has no site, so no reporter follows it by a token. */
export async function recordByHand(
  services: Services,
  workspace: WorkspaceName,
  input: FeedbackByHandInput,
  actor: Actor,
): Promise<Feedback> {
  const { id } = await services.feedback.receive(workspace, { ...input, site: "" }, { channel: "hand", actor });
  return services.feedback.get(workspace, id);
}
