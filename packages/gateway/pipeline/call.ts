// One call on its way: what is known of it so far, and where its events go. Decides nothing itself; the files beside this one do,
// in the order that pipeline.ts writes down.
import type { Id, Instant, ProblemCode, WorkspaceName } from "@holdfast/base";
import { headerOf } from "../headers/header-list.ts";
import type { RequestHeaders } from "../headers/request-headers.ts";
import type { Trace } from "../headers/trace.ts";
import type { ModelCall } from "../models/model-call.ts";
import type { PolicyCall } from "../policies/policy.ts";
import type { Capture } from "../record/capture.ts";
import { parametersOf } from "../routing/parameters.ts";
import type { Release, Runtime, Subject, Target } from "../runtime/runtime.ts";
import type { Exchange, ExchangeEvents } from "../transport/listener.ts";
import type { UpstreamEvents, UpstreamExchange, UpstreamFailure } from "../transport/upstream.ts";
import { brokenBody, type SendFailure } from "./failures.ts";
import { finish } from "./finish.ts";
import type { GatheredBody } from "./whole-body.ts";
import type { WholeReply } from "./whole-reply.ts";
import type { Worker } from "./worker.ts";

/**
 * What the call waits for. begin: nothing. body: the client's body, before anything is sent. admit: a policy. connect: a connection
 * to the upstream. upload: the client's body, on its way. wait: the head of the answer. reply: the rest of it. end: the client, to
 * take what was sent.
 */
export type Stage = "begin" | "body" | "admit" | "connect" | "upload" | "wait" | "reply" | "end";

/** What differs between calls of routes and calls of models. Without state: that is the call's. */
export type Journey = {
  send(call: Call): void;
  onBodyData(call: Call, chunk: Uint8Array): void;
  onBodyEnd(call: Call): void;
  onUploadWanted(call: Call): void;
  onHead(call: Call, status: number, headers: string[]): void;
  onData(call: Call, chunk: Uint8Array): void;
  onEnd(call: Call): void;
  onFailed(call: Call, failure: SendFailure): void;
};

/** How an answer came out of, or past, the cache of its route. */
export type CacheUse = "hit" | "miss" | "stale" | "revalidated" | "coalesced" | "bypass";

const NO_SCOPES: readonly string[] = [];
const NO_PARAMETERS: Readonly<Record<string, string>> = {};

export type Outcome = "ok" | ProblemCode | "upstream_error" | "client_error" | "client_gone";

export class Call implements PolicyCall, ExchangeEvents, UpstreamEvents {
  readonly exchange: Exchange;
  readonly runtime: Runtime;
  readonly worker: Worker;
  readonly id: Id;
  readonly at: Instant;
  readonly began_us: number;

  // receive
  headers!: RequestHeaders;
  trace!: Trace;
  request_id = "";
  host = "";
  path = "";
  query: string | undefined = undefined;
  has_body = false;
  subject: Subject | undefined = undefined;
  workspace: WorkspaceName;
  journey!: Journey;
  model: ModelCall | undefined = undefined;

  // identify, admit, shape
  /** `receive` hooks ran, so `done` hooks are owed. */
  entered = false;
  consumer: string | undefined = undefined;
  scopes: readonly string[] = NO_SCOPES;
  claims: Readonly<Record<string, unknown>> | undefined = undefined;
  drop_api_key = false;
  drop_authorization = false;
  readonly reply_headers: string[] = [];
  body: Uint8Array | undefined = undefined;
  /** The body on its way into `body`. */
  gathered: GatheredBody | undefined = undefined;
  new_path: string | undefined = undefined;
  new_query: string | undefined | null = null;

  // choose, send, wait, reply
  release: Release | undefined = undefined;
  target: Target | undefined = undefined;
  upstream: UpstreamExchange | undefined = undefined;
  reading_body = false;
  resent = false;
  fresh = false;
  head_sent = false;
  blocked_by_client = false;
  blocked_by_upstream = false;
  capture: Capture | undefined = undefined;
  /** An answer that is gathered whole before it is sent. */
  whole_reply: WholeReply | undefined = undefined;

  // deadlines, see deadlines.ts
  stage: Stage = "begin";
  quiet_ms = 0;
  quiet_limit_ms = 0;
  age_ms = 0;

  // record
  status = 0;
  upstream_status: number | undefined = undefined;
  outcome: Outcome | undefined = undefined;
  refused_by: string | undefined = undefined;
  reason: string | undefined = undefined;
  /** Upstreams that were asked. */
  attempts = 0;
  cache: CacheUse | undefined = undefined;
  shadow_of: Id | undefined = undefined;
  finished = false;
  request_bytes = 0;
  response_bytes = 0;
  receive_us: number | null = null;
  identify_us: number | null = null;
  admit_us: number | null = null;
  choose_us: number | null = null;
  connect_us: number | null = null;
  send_us: number | null = null;
  wait_us: number | null = null;
  /** When the present phase began. */
  mark_us: number;
  head_us: number | undefined = undefined;

  constructor(exchange: Exchange, runtime: Runtime, worker: Worker) {
    this.exchange = exchange;
    this.runtime = runtime;
    this.worker = worker;
    this.workspace = runtime.home;
    this.id = worker.ids();
    this.at = worker.clock.now();
    this.began_us = worker.clock.monotonicMicros();
    this.mark_us = this.began_us;
  }

  get method(): string {
    return this.exchange.method;
  }

  get scheme(): "http" | "https" {
    return this.exchange.encrypted ? "https" : "http";
  }

  get content_type(): string | undefined {
    return this.headers.content_type;
  }

  header(name: string): string | undefined {
    return headerOf(this.exchange.headers, name);
  }

  parameters(): Readonly<Record<string, string>> {
    const plan = this.subject?.plan;
    return plan?.kind === "route" ? parametersOf(plan.path, this.path) : NO_PARAMETERS;
  }

  get upstream_headers(): string[] {
    return this.headers.forward;
  }

  set upstream_headers(flat: string[]) {
    this.headers.forward = flat;
  }

  get upstream_path(): string {
    return this.new_path ?? this.path;
  }

  set upstream_path(path: string) {
    this.new_path = path;
  }

  get upstream_query(): string | undefined {
    return this.new_query === null ? this.query : this.new_query;
  }

  set upstream_query(query: string | undefined) {
    this.new_query = query;
  }

  get api_key(): string | undefined {
    return this.headers.api_key;
  }

  get authorization(): string | undefined {
    return this.headers.authorization;
  }

  get client_address(): string {
    return this.exchange.remote_address;
  }

  get content_length(): number | undefined {
    return this.headers.content_length;
  }

  /** Microseconds since the last phase ended; the next begins. */
  lap(): number {
    const now_us = this.worker.clock.monotonicMicros();
    const spent_us = now_us - this.mark_us;
    this.mark_us = now_us;
    return spent_us;
  }

  /** `quiet_limit_ms` 0: this stage may last as long as the whole call. */
  enter(stage: Stage, quiet_limit_ms: number): void {
    this.stage = stage;
    this.quiet_ms = 0;
    this.quiet_limit_ms = quiet_limit_ms;
  }

  onBodyData(chunk: Uint8Array): void {
    this.quiet_ms = 0;
    this.request_bytes += chunk.length;
    this.capture?.requestData(chunk);
    this.journey.onBodyData(this, chunk);
  }

  onBodyEnd(): void {
    this.journey.onBodyEnd(this);
  }

  onBodyBroken(detail: string): void {
    brokenBody(this, detail);
  }

  onDrain(): void {
    this.quiet_ms = 0;
    this.blocked_by_client = false;
    this.upstream?.resume();
  }

  onClosed(complete: boolean): void {
    finish(this, complete);
  }

  onConnected(fresh: boolean): void {
    const spent_us = this.lap();
    this.fresh = fresh;
    this.connect_us = fresh ? spent_us : 0;
    const { timeouts } = (this.subject as Subject).plan;
    if (this.has_body && !this.model && !this.body) this.enter("upload", timeouts.idle_ms);
    else this.enter("wait", timeouts.first_byte_ms);
  }

  onUploadWanted(): void {
    this.quiet_ms = 0;
    this.blocked_by_upstream = false;
    this.journey.onUploadWanted(this);
  }

  onSent(): void {
    this.send_us = this.lap();
    if (this.stage === "upload") this.enter("wait", (this.subject as Subject).plan.timeouts.first_byte_ms);
  }

  onHead(status: number, headers: string[]): void {
    // An answer may begin before the request's end was sent.
    if (this.send_us === null) this.send_us = this.lap();
    this.wait_us = this.lap();
    this.head_us = this.mark_us;
    this.upstream_status = status;
    this.journey.onHead(this, status, headers);
  }

  onData(chunk: Uint8Array): void {
    this.quiet_ms = 0;
    this.journey.onData(this, chunk);
  }

  onEnd(): void {
    this.journey.onEnd(this);
  }

  onFailed(failure: UpstreamFailure): void {
    this.journey.onFailed(this, failure);
  }
}
