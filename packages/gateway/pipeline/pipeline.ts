// A call's life, as a closed list: receive → identify → admit → choose → send → wait → reply → record. The first five are here,
// one after the other; wait and reply are events that the upstream brings (route-journey.ts, models/model-journey.ts); record is
// finish.ts, where every call ends.
import { readModelRequest } from "../models/model-journey.ts";
import type { Refusal } from "../policies/policy.ts";
import type { Subject } from "../runtime/runtime.ts";
import { refuse } from "./answer.ts";
import type { Call } from "./call.ts";
import { choose } from "./choose.ts";
import { fail } from "./failures.ts";
import { receive } from "./receive.ts";

/** Never throws: what is thrown inside is our own mistake, told to the client as such. */
export function begin(call: Call): void {
  try {
    const refusal = receive(call);
    call.receive_us = call.lap();
    if (refusal) refuse(call, refusal);
    else if (call.model) readModelRequest(call, call.model, proceedGuarded);
    else proceed(call);
  } catch (error) {
    ourMistake(call, error);
  }
}

/** From an event, outside of `begin`. */
function proceedGuarded(call: Call): void {
  try {
    proceed(call);
  } catch (error) {
    ourMistake(call, error);
  }
}

/** Everything after the subject is known. */
function proceed(call: Call): void {
  const subject = call.subject as Subject;
  const refusal = identify(call, subject);
  call.identify_us = call.lap();
  if (refusal) refuse(call, refusal);
  else admitTo(call, subject);
}

function admitTo(call: Call, subject: Subject): void {
  const admitted = admit(call, subject, 0);
  if (admitted instanceof Promise) {
    call.enter("admit", 0);
    admitted.then((refusal) => afterAdmit(call, refusal)).catch((error) => ourMistake(call, error));
  } else afterAdmit(call, admitted);
}

function identify(call: Call, { identify }: Subject): Refusal | undefined {
  for (const hook of identify) {
    const refusal = hook(call);
    if (refusal) return refusal;
  }
  return undefined;
}

function admit(call: Call, subject: Subject, from: number): Refusal | undefined | Promise<Refusal | undefined> {
  for (let index = from; index < subject.admit.length; index++) {
    const given = subject.admit[index]?.(call);
    if (given instanceof Promise) return given.then((refusal) => refusal ?? admit(call, subject, index + 1));
    if (given) return given;
  }
  return undefined;
}

function afterAdmit(call: Call, refusal: Refusal | undefined): void {
  call.admit_us = call.lap();
  // The client may have left while counters were asked.
  if (call.finished) return;
  if (refusal) refuse(call, refusal);
  else chooseAndSend(call);
}

function chooseAndSend(call: Call): void {
  const refusal = choose(call);
  call.choose_us = call.lap();
  if (refusal) refuse(call, refusal);
  else call.journey.send(call);
}

function ourMistake(call: Call, error: unknown): void {
  call.worker.log.error(
    { call: call.id, error: error instanceof Error ? error.stack : String(error) },
    "a call failed inside",
  );
  fail(call, { code: "internal", detail: "The gateway failed; the call is on record." });
}
