// One call on its way: what is known of it, phase by phase, and where its events go. Decides nothing itself; the files beside this one
// do, in the order that pipeline.ts writes down. No class stands above it: every call would pay for that.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type { CallPhases } from "@holdfast/contract";
import type { Forwarded } from "../addresses/forwarded.ts";
import type { CachedCall } from "../cache/cached-call.ts";
import { type HeadSize, headSize } from "../headers/head-size.ts";
import { headerOf } from "../headers/header-list.ts";
import type { RequestHeaders } from "../headers/request-headers.ts";
import { withoutHop } from "../headers/response-headers.ts";
import type { Trace } from "../headers/trace.ts";
import { allowedTrailers } from "../headers/trailers.ts";
import type { ModelCall } from "../models/model-call.ts";
import type { KeptOfCall } from "../policies/per-call.ts";
import type { PolicyCall } from "../policies/policy.ts";
import type { Capture } from "../record/capture.ts";
import { noPhases } from "../record/no-phases.ts";
import type { Release, Runtime, Subject, Target } from "../runtime/runtime.ts";
import type { HeaderLines } from "../transport/header-lines.ts";
import type { Exchange, ExchangeEvents, HeadNotes } from "../transport/listener.ts";
import type { Tunnel, TunnelEvents } from "../transport/tunnel.ts";
import type { UpstreamEvents, UpstreamExchange, UpstreamFailure } from "../transport/upstream.ts";
import type { Passage } from "../websocket/passage.ts";
import { openPassage } from "../websocket/websocket-journey.ts";
import type { Again } from "./again.ts";
import { brokenBody } from "./failures.ts";
import { finish } from "./finish.ts";
import { hold } from "./hold.ts";
import type { Journey, Stage } from "./journey.ts";
import type { CacheUse, Outcome } from "./outcome.ts";
import { ownNames } from "./own-names.ts";
import { parametersOf } from "./subject.ts";
import type { GatheredBody } from "./whole-body.ts";
import type { WholeReply } from "./whole-reply.ts";
import type { Worker } from "./worker.ts";

const NOTHING: readonly string[] = [];

/** Every property is set at once, whether known or not, so that all calls have one shape. */
export class Call implements PolicyCall, ExchangeEvents, UpstreamEvents {
  readonly exchange: Exchange;
  readonly runtime: Runtime;
  readonly worker: Worker;
  readonly id: Id;
  readonly at: Instant;
  readonly method: string;
  readonly began_us: number;

  // receive
  headers!: RequestHeaders;
  /** What of the client's headers is for the upstream, and what is added to them; see `upstream_headers`. */
  forward: readonly string[] = NOTHING;
  trace!: Trace;
  request_id = "";
  /** What a trusted proxy says of the client. */
  forwarded: Forwarded | undefined = undefined;
  host = "";
  path = "";
  query: string | undefined = undefined;
  has_body = false;
  wants_websocket = false;
  /** Request headers that had a part in the choice of the route, in lower case. */
  chosen_by: readonly string[] | undefined = undefined;
  subject: Subject | undefined = undefined;
  workspace: WorkspaceName;
  /** Its number with the signer of its subject. */
  reference = 0;
  journey!: Journey;
  model: ModelCall | undefined = undefined;

  // identify, admit, shape
  /** `receive` hooks ran, so `done` hooks are owed. */
  entered = false;
  consumer: string | undefined = undefined;
  key: string | undefined = undefined;
  scopes: readonly string[] = NOTHING;
  claims: Readonly<Record<string, unknown>> | undefined = undefined;
  kept: KeptOfCall | undefined = undefined;
  /** See policies/tell-upstream.ts. */
  caller_lines: HeaderLines = "";
  drop_api_key = false;
  drop_authorization = false;
  readonly reply_headers: string[] = [];
  reply_lines: HeaderLines = "";
  body: Uint8Array | undefined = undefined;
  gathered: GatheredBody | undefined = undefined;
  upstream_path = "";
  upstream_query: string | undefined = undefined;
  upstream_host: string | undefined = undefined;

  // choose, send, wait, reply
  release: Release | undefined = undefined;
  target: Target | undefined = undefined;
  upstream: UpstreamExchange | undefined = undefined;
  /** Where the service says that calls may be sent again. */
  again: Again | undefined = undefined;
  /** Where a route of the workspace has a cache: what it does with the answer. */
  cached: CachedCall | undefined = undefined;
  reading_body = false;
  resent = false;
  fresh = false;
  head_sent = false;
  /** gRPC over HTTP/2, see grpc.ts. */
  grpc = false;
  blocked_by_client = false;
  blocked_by_upstream = false;
  /** See hold.ts. */
  held_body = false;
  held_reply = false;
  capture: Capture | undefined = undefined;
  passage: Passage | undefined = undefined;
  whole_reply: WholeReply | undefined = undefined;

  // deadlines, see deadlines.ts
  stage: Stage = "begin";
  /** Quiet 0: something came since the last look. Sure: its whole time is not up for so long; 0 and less: who knows. */
  quiet_ms = 0;
  quiet_limit_ms = 0;
  sure_ms = 0;
  /** In place of the subject's, where the caller named a shorter one. */
  total_limit_ms: number | undefined = undefined;

  // record
  status = 0;
  upstream_status: number | undefined = undefined;
  outcome: Outcome | undefined = undefined;
  refused_by: string | undefined = undefined;
  reason: string | undefined = undefined;
  attempts = 0;
  cache: CacheUse | undefined = undefined;
  shadow_of: Id | undefined = undefined;
  /** What policies saw and let pass. */
  notes: string | undefined = undefined;
  finished = false;
  /** In `worker.running`. */
  roster_at = -1;
  request_bytes = 0;
  response_bytes = 0;
  readonly phases: CallPhases = noPhases();
  /** When the present phase began. */
  mark_us: number;
  head_us: number | undefined = undefined;

  constructor(exchange: Exchange, runtime: Runtime, worker: Worker) {
    this.exchange = exchange;
    this.runtime = runtime;
    this.worker = worker;
    this.workspace = runtime.home;
    this.method = exchange.method;
    this.at = worker.clock.now();
    this.id = worker.ids(this.at);
    this.began_us = worker.clock.monotonicMicros();
    this.mark_us = this.began_us;
  }

  get scheme(): "http" | "https" {
    return this.forwarded?.scheme ?? (this.exchange.encrypted ? "https" : "http");
  }

  header(name: string): string | undefined {
    return headerOf(this.exchange.headers, name);
  }

  decidedBy(headers: readonly string[]): void {
    this.chosen_by = this.chosen_by ? [...new Set([...this.chosen_by, ...headers])] : headers;
  }

  parameters(): Readonly<Record<string, string>> {
    return parametersOf(this);
  }

  /** A list of this call's own, to be changed. */
  get upstream_headers(): string[] {
    if (this.forward === this.headers.forward) this.forward = this.forward.slice();
    return this.forward as string[];
  }

  set upstream_headers(flat: string[]) {
    this.forward = flat;
  }

  get client_address(): string {
    return this.forwarded?.client_address ?? this.exchange.remote_address;
  }

  /** Microseconds since the last phase ended; the next begins. */
  lap(): number {
    const now_us = this.worker.clock.monotonicMicros();
    const spent_us = now_us - this.mark_us;
    this.mark_us = now_us;
    return Math.round(spent_us);
  }

  note(text: string): void {
    this.notes = this.notes === undefined ? text : `${this.notes}; ${text}`;
  }

  /** `quiet_limit_ms` 0: this stage may last as long as the whole call. */
  enter(stage: Stage, quiet_limit_ms: number): void {
    this.stage = stage;
    this.quiet_ms = 0;
    this.quiet_limit_ms = quiet_limit_ms;
  }

  head_size(): HeadSize {
    return headSize(this.exchange);
  }

  hold(side: "body" | "reply", for_ms: number): void {
    hold(this, side, for_ms);
  }

  onBodyData(chunk: Uint8Array): void {
    this.quiet_ms = 0;
    this.request_bytes += chunk.length;
    this.capture?.requestData(chunk);
    this.journey.onBodyData(this, chunk);
  }

  onBodyTrailers(flat: string[]): void {
    this.again?.spoil();
    this.upstream?.writeTrailers?.(allowedTrailers(flat, ownNames((this.subject as Subject).plan)));
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
    if (!this.held_reply) this.upstream?.resume();
  }

  onClosed(complete: boolean): void {
    finish(this, complete);
  }

  onConnected(fresh: boolean): void {
    this.fresh = fresh;
    // A connection that was kept takes no time, and a look at the clock does.
    this.phases.connect_us = fresh ? this.lap() : 0;
    const { timeouts } = this.subject as Subject;
    if (this.has_body && !this.model && !this.body) this.enter("upload", timeouts.idle_ms);
    else this.enter("wait", timeouts.first_byte_ms);
  }

  onUploadWanted(): void {
    this.quiet_ms = 0;
    this.blocked_by_upstream = false;
    this.journey.onUploadWanted(this);
  }

  onSent(): void {
    this.phases.send_us = this.has_body ? this.lap() : 0;
    if (this.stage === "upload") this.enter("wait", (this.subject as Subject).timeouts.first_byte_ms);
  }

  onHead(status: number, headers: readonly string[], notes?: HeadNotes): void {
    // An answer may begin before the request's end was sent.
    if (this.phases.send_us === null) this.phases.send_us = this.lap();
    this.phases.wait_us = this.lap();
    this.head_us = this.mark_us;
    this.upstream_status = status;
    this.journey.onHead(this, status, headers, notes);
  }

  onData(chunk: Uint8Array): void {
    this.quiet_ms = 0;
    this.journey.onData(this, chunk);
  }

  onInterim(status: number, headers: readonly string[]): void {
    this.quiet_ms = 0;
    if (!this.head_sent && !this.model) this.exchange.writeInterim?.(status, withoutHop(headers));
  }

  onUpgraded(headers: readonly string[], tunnel: Tunnel): TunnelEvents {
    this.phases.wait_us = this.lap();
    this.head_us = this.mark_us;
    this.upstream_status = 101;
    return openPassage(this, headers, tunnel);
  }

  onTrailers(flat: string[]): void {
    this.journey.onTrailers?.(this, flat);
  }

  onEnd(): void {
    this.journey.onEnd(this);
  }

  onFailed(failure: UpstreamFailure): void {
    this.journey.onFailed(this, failure);
  }
}
