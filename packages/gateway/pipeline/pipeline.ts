// A call's life, as a closed list: receive → identify → admit → shape → choose → send → wait → reply → record. The first six are
// here, one after the other; wait and reply are events that the upstream brings (route-journey.ts, models/model-journey.ts);
// record is finish.ts, where every call ends. In each of the first four, policies have a hook.
import { takeFromCache } from "../cache/take.ts";
import { readModelRequest } from "../models/model-journey.ts";
import type { Refusal, Verdict } from "../policies/policy.ts";
import type { Prepared, Subject } from "../runtime/runtime.ts";
import { give, refuse } from "./answer.ts";
import type { Call } from "./call.ts";
import { choose } from "./choose.ts";
import { ourMistake } from "./failures.ts";
import { receive } from "./receive.ts";
import { gatherBody, gatheredMax } from "./whole-body.ts";

/** Never throws: what is thrown inside is our own mistake, told to the client as such. */
export function begin(call: Call): void {
  try {
    const refusal = receive(call);
    if (refusal) end(call, refusal);
    else if (call.model) readModelRequest(call, call.model, proceedGuarded);
    else proceed(call);
  } catch (error) {
    ourMistake(call, error);
  }
}

function end(call: Call, refusal: Refusal): void {
  call.phases.receive_us = call.lap();
  refuse(call, refusal);
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
  call.entered = true;
  runHooks(call, (call.subject as Subject).receive, 0, identify);
}

function identify(call: Call): void {
  call.phases.receive_us = (call.phases.receive_us ?? 0) + call.lap();
  runHooks(call, (call.subject as Subject).identify, 0, admit);
}

function admit(call: Call): void {
  call.phases.identify_us = call.lap();
  runHooks(call, (call.subject as Subject).admit, 0, gatherOrShape);
}

function gatherOrShape(call: Call): void {
  const { shape, gathers } = call.subject as Subject;
  const bytes_max = gathers.length === 0 || call.model ? 0 : gatheredMax(call, gathers);
  if (bytes_max > 0) gatherBody(call, bytes_max, shapeGuarded);
  else runHooks(call, shape, 0, chooseAndSend);
}

function shapeGuarded(call: Call): void {
  try {
    runHooks(call, (call.subject as Subject).shape, 0, chooseAndSend);
  } catch (error) {
    ourMistake(call, error);
  }
}

function chooseAndSend(call: Call): void {
  call.phases.admit_us = call.lap();
  const { cache, compose, picker } = call.subject as Subject;
  // A composition chooses for each of its steps.
  const refusal = compose ? undefined : choose(call);
  // Where there is one way only, a look at the clock takes longer than the choice.
  call.phases.choose_us = picker || call.release?.group ? call.lap() : 0;
  if (cache && takeFromCache(call, cache, refusal)) return;
  if (refusal) refuse(call, refusal);
  else call.journey.send(call);
}

type Step = Prepared<"receive" | "identify" | "admit" | "shape">;

/** One hook after the other, until one has a verdict. Those that must be waited for are; the client may leave meanwhile. */
function runHooks(call: Call, hooks: readonly Step[], from: number, next: (call: Call) => void): void {
  for (let index = from; index < hooks.length; index++) {
    const { policy, run } = hooks[index] as Step;
    const verdict = run(call);
    if (verdict === undefined) continue;
    if (verdict instanceof Promise) awaitVerdict(call, verdict, policy, () => runHooks(call, hooks, index + 1, next));
    else settle(call, policy, verdict);
    return;
  }
  next(call);
}

function awaitVerdict(call: Call, verdict: Promise<Verdict>, policy: string, goOn: () => void): void {
  call.enter("admit", 0);
  verdict
    .then((given) => {
      if (call.finished || call.stage === "end") return;
      if (given) settle(call, policy, given);
      else goOn();
    })
    .catch((error) => ourMistake(call, error));
}

/** `policy` has decided how the call ends. */
function settle(call: Call, policy: string, verdict: NonNullable<Verdict>): void {
  if ("code" in verdict) {
    call.refused_by = policy;
    refuse(call, verdict);
  } else give(call, verdict);
}
