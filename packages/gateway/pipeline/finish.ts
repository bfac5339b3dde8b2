// The end of every call: what became of it is decided and recorded, once.
import { buildRecord } from "../record/build-record.ts";
import type { Call } from "./call.ts";
import type { Outcome } from "./outcome.ts";

/** The status of calls whose client left before any answer; nginx's convention. */
const CLIENT_GONE_STATUS = 499;

/** `complete`: the whole answer was handed to the system. */
export function finish(call: Call, complete: boolean): void {
  if (call.finished) return;
  call.finished = true;
  call.worker.running.delete(call);
  if (!complete) {
    call.upstream?.cancel();
    call.outcome ??= "client_gone";
    if (!call.head_sent) call.status = CLIENT_GONE_STATUS;
  }
  call.outcome ??= outcomeOf(call.status);
  call.cached?.leave();
  if (call.entered) tellPolicies(call, complete);
  const now_us = call.worker.clock.monotonicMicros();
  call.worker.meters.count(call, now_us - call.began_us);
  call.worker.records.write(buildRecord(call, now_us), call.trace.parent_span_id === null);
  call.runtime.leave();
}

function outcomeOf(status: number): Outcome {
  if (status >= 500) return "upstream_error";
  return status >= 400 ? "client_error" : "ok";
}

/** What a policy throws here is its own affair: the call is over, and is recorded whatever happens. */
function tellPolicies(call: Call, complete: boolean): void {
  for (const { policy, run } of call.subject?.done ?? [])
    try {
      run(call, complete);
    } catch (error) {
      call.worker.log.error({ call: call.id, policy, error: String(error) }, "a policy failed at the end of a call");
    }
}
