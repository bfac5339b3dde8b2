// Binds a call to what it is for: a route, or a model.
import { Capture } from "../record/capture.ts";
import { parametersOf as parametersIn, patternOf } from "../routing/parameters.ts";
import type { Subject } from "../runtime/runtime.ts";
import type { Call } from "./call.ts";

/** From here on the call belongs to a workspace. */
export function setSubject(call: Call, subject: Subject): void {
  call.subject = subject;
  call.sure_ms = 0;
  call.workspace = subject.workspace;
  call.reference = subject.signer.announce(call.id);
  if (!subject.capture) return;
  call.capture = Capture.of(call.id, subject.capture);
  call.capture?.request(call.exchange.headers, {
    content_type: call.headers.content_type,
    encoded: call.headers.content_encoding !== undefined,
  });
}

const NO_PARAMETERS: Readonly<Record<string, string>> = {};

/** What the `:name` segments of its route's path stand for. */
export function parametersOf({ subject, path }: Call): Readonly<Record<string, string>> {
  const plan = subject?.plan;
  return plan?.kind === "route" ? parametersIn(patternOf(plan, path), path) : NO_PARAMETERS;
}
