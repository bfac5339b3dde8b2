// The one lifecycle of everything that decides about a call: an id, `prepare` once for each subject of a plan, then small hooks.
// A hook takes values and gives a verdict; it never sends, and waits for nothing but what `tools` give it. What a policy has to
// remember of a call between two hooks it keeps with the call (per-call.ts).
import type { Clock, FieldError, IdSource, Log, ProblemCode, WorkspaceName } from "@holdfast/base";
import type { PlanModel, PlanRoute } from "@holdfast/contract";
import type { Connections } from "@holdfast/net";
import type { Buckets, Counters } from "../counters/counters.ts";
import type { Paces } from "../counters/paces.ts";
import type { Places } from "../counters/places.ts";
import type { Quotas } from "../counters/quotas.ts";
import type { SlidingQuotas } from "../counters/sliding-quotas.ts";
import type { HeadSize } from "../headers/head-size.ts";
import type { RequestHeaders } from "../headers/request-headers.ts";
import type { CacheUse } from "../pipeline/outcome.ts";
import type { HeaderLines } from "../transport/header-lines.ts";
import type { Consumers } from "./consumers.ts";
import type { KeptOfCall } from "./per-call.ts";

/**
 * An expected refusal, on its way to the client. `headers`: names and values in turn, for the answer. `errors`: places in the
 * request and what is wrong there.
 */
export type Refusal = { code: ProblemCode; detail: string; headers?: string[]; errors?: FieldError[] };

/** An answer that the gateway gives itself in place of an upstream: a redirect, a preflight, something kept. */
export type GivenAnswer = { status: number; headers: string[]; body: string | Uint8Array };

/** Undefined: go on. */
export type Verdict = Refusal | GivenAnswer | undefined;

/** A route or a model: the buckets that are its own, so that policies need none for each. */
export type CountedSubject = { readonly buckets: Buckets };

/** `content_length`: announced length of the body; undefined when there is none or it is chunked. */
type HeadersOfCall = Readonly<Pick<RequestHeaders, "api_key" | "authorization" | "content_type" | "content_length">>;

/** What a policy may see of a call, and the little that it may change. */
export type PolicyCall = {
  readonly id: string;
  /** What it is for; undefined before it is known, which is before any hook. */
  readonly subject: CountedSubject | undefined;
  readonly workspace: WorkspaceName;
  readonly method: string;
  /** Lower case, without port. */
  readonly host: string;
  /** Canonical, as it was matched; a policy that rewrites sets `upstream_path`. */
  readonly path: string;
  /** Without "?". Who takes a credential out of it sets it, and `upstream_query`: neither the record nor the upstream gets it. */
  query: string | undefined;
  /** https: the client's connection is encrypted. */
  readonly scheme: "http" | "https";
  readonly headers: HeadersOfCall;
  readonly client_address: string;
  readonly has_body: boolean;
  /** Values of a request header joined with ", " (RFC 9110 section 5.3); undefined when it was not sent. `name` in lower case. */
  header(name: string): string | undefined;
  /** The name of who calls, once somebody found out. */
  consumer: string | undefined;
  /** The API key that said so; undefined: something else did, or nobody. */
  key: string | undefined;
  /** Scopes that the caller's credentials grant. */
  scopes: readonly string[];
  /** What the caller's credentials say of them, for templates: the claims of a token. */
  claims: Readonly<Record<string, unknown>> | undefined;
  /** What policies keep of it: per-call.ts. */
  kept: KeptOfCall | undefined;
  /** How the answer came out of, or past, the cache. For the record. */
  cache: CacheUse | undefined;
  /** What the `:name` segments of the route's path stand for. */
  parameters(): Readonly<Record<string, string>>;
  /** Credentials that were the gateway's are not forwarded. */
  drop_api_key: boolean;
  drop_authorization: boolean;
  head_size(): HeadSize;
  /** Lets no more of the request's body or the upstream's answer come for a while. */
  hold(side: "body" | "reply", for_ms: number): void;
  /** Names and values in turn, for every answer of this call. */
  readonly reply_headers: string[];
  /** The same of the gateway's own words. */
  reply_lines: HeaderLines;
  /** What the upstream gets, names and values in turn, without what the gateway says of the call itself. From `shape` on. */
  upstream_headers: string[];
  /** What the upstream gets beside them: who calls, where the settings alone say it. */
  caller_lines: HeaderLines;
  upstream_path: string;
  /** The Host header for the upstream; undefined: its own. */
  upstream_host: string | undefined;
  upstream_query: string | undefined;
  /** The whole body, in `shape` of subjects with a hook that asked for it by `whole_body`. Framing follows it. */
  body: Uint8Array | undefined;
  /** Something seen that did not stop the call, for its record. */
  note(text: string): void;
};

/** The head of an answer on its way to the client. Names in lower case; the list is the receiver's to change. */
export type ReplyHead = { status: number; headers: string[] };

/** The body to send on, or why the client gets an error in place of the answer. */
export type ReplyBody = Uint8Array | Refusal;

export type Hooks = {
  /** Before anybody is asked who they are. */
  receive?(call: PolicyCall): Verdict;
  /** Says who calls. */
  identify?(call: PolicyCall): Refusal | undefined | Promise<Refusal | undefined>;
  /** Says whether the call may go on. */
  admit?(call: PolicyCall): Verdict | Promise<Verdict>;
  /** Asks that `shape` finds the request's body whole: refused past so many bytes. `wants` false: let this one stream. */
  whole_body?: { bytes_max: number; wants?(call: PolicyCall): boolean };
  /** Changes what the upstream gets. */
  shape?(call: PolicyCall): Verdict | Promise<Verdict>;
  /** Called for each piece of a request's body that streams, with the bytes so far; `chunk` is a view that will be overwritten. */
  body?(bytes: number, call: PolicyCall, chunk: Uint8Array): Refusal | undefined;
  /** The last piece of the request's body came. */
  bodyEnd?(call: PolicyCall): void;
  /** Changes the head of an upstream's answer. */
  reply?(call: PolicyCall, head: ReplyHead): void;
  /** Asks that `replyBody` gets the answer's body whole; false for this answer: let it stream. Past the limit it is an error. */
  whole_reply?: { bytes_max: number; wants(call: PolicyCall, head: ReplyHead): boolean };
  replyBody?(call: PolicyCall, head: ReplyHead, body: Uint8Array): ReplyBody | Promise<ReplyBody>;
  /** A piece of an upstream's answer that passes; views of a buffer that will be overwritten. */
  replyData?(call: PolicyCall, chunk: Uint8Array): void;
  /** The last one, exactly once for every call whose `receive` ran. `complete`: the whole answer reached the system. */
  done?(call: PolicyCall, complete: boolean): void;
};

export type PolicySubject = PlanRoute | PlanModel;

export type PolicyTools = {
  clock: Clock;
  ids: IdSource;
  counters: Counters;
  quotas: Quotas;
  sliding: SlidingQuotas;
  places: Places;
  paces: Paces;
  consumers: Consumers;
  connections: Connections;
  log: Log;
};

/** For its page of the reference (docs/policies/); the rest is read off its header comment, its example, its cases and its settings. */
type PolicyAbout = {
  title: string;
  /** Keys on a route or model that it reads, or at the top of a settings file. */
  settings: readonly string[];
  /** The written page below docs/ that tells what it is for and how it goes with others, with the heading. */
  guide: string;
  /** What does the same elsewhere; undefined: nothing that we know of. */
  elsewhere: { kong: string | undefined; envoy: string | undefined; nginx: string | undefined };
};

export type Policy = {
  id: string;
  about: PolicyAbout;
  /** Undefined: has nothing to do with this subject. */
  prepare(subject: PolicySubject, tools: PolicyTools): Hooks | undefined;
};

export function definePolicy(policy: Policy): Policy {
  return Object.freeze(policy);
}
