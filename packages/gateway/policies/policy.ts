// The one lifecycle of everything that decides about a call before it is sent: an id, `prepare` once for each subject of a plan,
// then small hooks. A hook takes values and gives a refusal or nothing; it never answers, sends or waits for a clock itself.
import type { Clock, Log, ProblemCode, WorkspaceName } from "@holdfast/base";
import type { PlanModel, PlanRoute } from "@holdfast/contract";
import type { Counters } from "../counters/counters.ts";
import type { Consumers } from "./consumers.ts";

/** An expected refusal, on its way to the client. `headers`: names and values in turn, for the answer. */
export type Refusal = { code: ProblemCode; detail: string; headers?: string[] };

/** What a policy may see of a call, and the little that it may change. */
export type PolicyCall = {
  readonly workspace: WorkspaceName;
  readonly api_key: string | undefined;
  readonly authorization: string | undefined;
  readonly client_address: string;
  /** Announced length of the body; undefined when there is none or it is chunked. */
  readonly content_length: number | undefined;
  /** The name of who calls, once somebody found out. */
  consumer: string | undefined;
  /** Credentials that were the gateway's are not forwarded. */
  drop_api_key: boolean;
  drop_authorization: boolean;
  /** Names and values in turn, for every answer of this call. */
  readonly reply_headers: string[];
};

export type Hooks = {
  /** Says who calls. */
  identify?(call: PolicyCall): Refusal | undefined;
  /** Says whether the call may go on. */
  admit?(call: PolicyCall): Refusal | undefined | Promise<Refusal | undefined>;
  /** Called for each piece of the request's body, with the bytes so far. */
  body?(bytes: number): Refusal | undefined;
};

export type PolicySubject = PlanRoute | PlanModel;

export type PolicyTools = { clock: Clock; counters: Counters; consumers: Consumers; log: Log };

export type Policy = {
  id: string;
  /** Undefined: has nothing to do with this subject. */
  prepare(subject: PolicySubject, tools: PolicyTools): Hooks | undefined;
};

export function definePolicy(policy: Policy): Policy {
  return Object.freeze(policy);
}
