// What is known of one call so far, phase by phase. What it does with its events is call.ts.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type { Forwarded } from "../addresses/forwarded.ts";
import type { CachedCall } from "../cache/cached-call.ts";
import type { RequestHeaders } from "../headers/request-headers.ts";
import type { Trace } from "../headers/trace.ts";
import type { ModelCall } from "../models/model-call.ts";
import type { Capture } from "../record/capture.ts";
import type { Release, Runtime, Subject, Target } from "../runtime/runtime.ts";
import type { HeaderLines } from "../transport/header-lines.ts";
import type { Exchange } from "../transport/listener.ts";
import type { UpstreamExchange } from "../transport/upstream.ts";
import type { Passage } from "../websocket/passage.ts";
import type { Again } from "./again.ts";
import type { Journey, Stage } from "./journey.ts";
import type { CacheUse, Outcome } from "./outcome.ts";
import type { GatheredBody } from "./whole-body.ts";
import type { WholeReply } from "./whole-reply.ts";
import type { Worker } from "./worker.ts";

const NO_SCOPES: readonly string[] = [];
const NO_HEADERS: string[] = [];

/** Every property is set at once, whether known or not, so that all calls have one shape. */
export abstract class KnownOfCall {
  readonly exchange: Exchange;
  readonly runtime: Runtime;
  readonly worker: Worker;
  readonly id: Id;
  readonly at: Instant;
  readonly began_us: number;

  // receive
  headers!: RequestHeaders;
  /** Of the client's headers those that are for the upstream, and what is added to them; names and values in turn. */
  forward: string[] = NO_HEADERS;
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
  journey!: Journey;
  model: ModelCall | undefined = undefined;

  // identify, admit, shape
  /** `receive` hooks ran, so `done` hooks are owed. */
  entered = false;
  consumer: string | undefined = undefined;
  scopes: readonly string[] = NO_SCOPES;
  claims: Readonly<Record<string, unknown>> | undefined = undefined;
  /** See policies/tell-upstream.ts. */
  caller_lines: HeaderLines = "";
  drop_api_key = false;
  drop_authorization = false;
  readonly reply_headers: string[] = [];
  reply_lines: HeaderLines = "";
  body: Uint8Array | undefined = undefined;
  /** The body on its way into `body`. */
  gathered: GatheredBody | undefined = undefined;
  new_path: string | undefined = undefined;
  new_query: string | undefined | null = null;
  upstream_host: string | undefined = undefined;

  // choose, send, wait, reply
  release: Release | undefined = undefined;
  target: Target | undefined = undefined;
  upstream: UpstreamExchange | undefined = undefined;
  /** Where the service says that calls may be sent again. */
  again: Again | undefined = undefined;
  /** Where the route has a cache, or another route of the workspace has: what it does with the answer. */
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
  /** An open WebSocket. */
  passage: Passage | undefined = undefined;
  /** An answer that is gathered whole before it is sent. */
  whole_reply: WholeReply | undefined = undefined;

  // deadlines, see deadlines.ts
  stage: Stage = "begin";
  /** 0: something came since the last look. */
  quiet_ms = 0;
  quiet_limit_ms = 0;
  /** In place of the subject's, where the caller named a shorter one. */
  total_limit_ms: number | undefined = undefined;

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
  /** What policies saw and let pass. */
  notes: string | undefined = undefined;
  finished = false;
  /** Place in `worker.running`. */
  running_at = -1;
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
}
