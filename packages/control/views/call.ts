// One call as its page shows it: the record, the reference that its answer carried, and what people said about it.
import { Problem, signReference, type WorkspaceName } from "@holdfast/base";
import type { CallDetail } from "@holdfast/contract";
import type { Services } from "../services.ts";

/** People write soon after the call or not at all. */
const SAID_WITHIN_MS = 7 * 86_400_000;
const VOICES_MAX = 1000;

export async function viewCall(services: Services, workspace: WorkspaceName, id: string): Promise<CallDetail> {
  const call = await services.calls.call(workspace, id);
  const key = services.plans.current().reference_keys[workspace];
  if (!call || key === undefined) throw new Problem("not_found", { detail: `There is no call ${id}.` });
  const said = await services.feedback.between(workspace, call.at, call.at + SAID_WITHIN_MS, VOICES_MAX);
  return {
    ...call,
    reference: signReference(Buffer.from(key, "base64url"), id),
    feedback: said.filter(({ calls }) => calls.some(({ call_id }) => call_id === id)),
  };
}
