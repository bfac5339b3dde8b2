// One step on its way: sent to an upstream of its service as a route's call would be, its answer gathered within a time and a size.
import { failed, type Result } from "@holdfast/base";
import { headerOf } from "../headers/header-list.ts";
import type { Call } from "../pipeline/call.ts";
import { failureToProblem } from "../pipeline/failures.ts";
import { isJson, mediaTypeOf } from "../policies/body-reader.ts";
import { DEFAULT_JSON_LIMITS, scanJson } from "../policies/json-limits/scan.ts";
import { chooseRelease } from "../releases/choose-release.ts";
import type { Target } from "../runtime/runtime.ts";
import type { UpstreamEvents, UpstreamExchange, UpstreamRequest } from "../transport/upstream.ts";
import type { PreparedStep } from "./prepare-compose.ts";

export type StepTools = {
  /** Counts bytes of all steps together; false: it is too much. */
  take(bytes: number): boolean;
  after(delay_ms: number, work: () => void): () => void;
};

/** What a step said, or why it said nothing of use. */
export type StepResult = Result<unknown, string>;

/** Which address of the step's service is asked now; undefined: none takes calls. */
export function targetOf(call: Call, { releases, seed }: PreparedStep): Target | undefined {
  const release = chooseRelease(releases, call.consumer ?? call.client_address, seed);
  if (!release) return undefined;
  if (release.group) return release.group.pickOrFallBack(call, call.mark_us);
  return release.targets[release.turn++ % release.targets.length];
}

/** `done` is called once, unless the step was cancelled before. Gives what cancels it. */
export function runStep(
  { origin, prefix }: Target,
  request: UpstreamRequest,
  { timeout_ms, tools, done }: { timeout_ms: number; tools: StepTools; done(result: StepResult): void },
): () => void {
  let exchange: UpstreamExchange | undefined;
  let over = false;
  const finish = (result: StepResult, because?: "silent") => {
    if (over) return;
    over = true;
    stopTimer();
    if (!result.ok) exchange?.cancel(because);
    done(result);
  };
  const stopTimer = tools.after(timeout_ms, () => finish(failed(`no whole answer within ${timeout_ms} ms`), "silent"));
  exchange = origin.send({ ...request, path: prefix + request.path }, eventsOf(tools, finish));
  // It may have ended while it was being sent.
  if (over) exchange.cancel();
  return () => {
    if (over) return;
    over = true;
    stopTimer();
    exchange?.cancel();
  };
}

function eventsOf({ take }: StepTools, finish: (result: StepResult) => void): UpstreamEvents {
  const chunks: Buffer[] = [];
  let headers: readonly string[] = [];
  return {
    onConnected() {},
    onUploadWanted() {},
    onSent() {},
    onHead(status, flat) {
      headers = flat;
      if (status < 200 || status >= 300) finish(failed(`the service answered ${status}`));
      else if (headerOf(flat, "content-encoding") !== undefined) finish(failed("the service's answer is compressed"));
    },
    onData(chunk) {
      if (take(chunk.length)) chunks.push(Buffer.from(chunk));
      else finish(failed("the answers of all steps are too large together"));
    },
    onEnd: () => finish(readAnswer(headers, chunks)),
    // A sentence there, a part of one here.
    onFailed: (failure) => finish(failed(failureToProblem(failure).detail.replace(/\.$/, ""))),
  };
}

/** JSON is a value, another text is a text, nothing is null. */
function readAnswer(headers: readonly string[], chunks: Buffer[]): StepResult {
  const body = Buffer.concat(chunks);
  if (body.length === 0) return { ok: true, value: null };
  if (!isJson(mediaTypeOf(headerOf(headers, "content-type")))) return { ok: true, value: body.toString() };
  const fault = scanJson(body, { ...DEFAULT_JSON_LIMITS, duplicate_keys: "pass" });
  return fault
    ? failed(`the service's answer is not usable JSON: ${fault.detail}`)
    : { ok: true, value: JSON.parse(body.toString()) };
}
