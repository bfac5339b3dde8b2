// The shape of a dialect's cases: what dialect.test.ts runs. Each dialect has cases of every kind, refusals included.
import type { ModelTarget } from "@holdfast/contract";
import type { ChatResult } from "./dialect.ts";

/** A request that is read and sent on. `sent` is the exact text that the provider must receive. */
type RequestCase = {
  name: string;
  body: string;
  read: { model: string; stream: boolean; wants_usage: boolean };
  target: ModelTarget;
  sent: string;
};

/** A request that is refused; the sentence must name what is wrong. */
type RefusalCase = { name: string; body: string | Uint8Array; says: RegExp };

/** An answer on its way through. `passed` is the exact text that the client must receive; undefined: all of it. */
export type AnswerCase = {
  name: string;
  content_type: string;
  hide_usage: boolean;
  answer: string;
  passed?: string;
  result: ChatResult;
};

export type DialectCases = { requests: RequestCase[]; refusals: RefusalCase[]; answers: AnswerCase[] };
