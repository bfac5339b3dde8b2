// One call on its way: where its events go. Decides nothing itself; the files beside this one do, in the order that pipeline.ts
// writes down. What is known of it so far stands in known-of-call.ts.

import { headerOf } from "../headers/header-list.ts";
import { withoutHop } from "../headers/response-headers.ts";
import { allowedTrailers } from "../headers/trailers.ts";
import type { PolicyCall } from "../policies/policy.ts";
import { parametersOf, patternOf } from "../routing/parameters.ts";
import type { Subject } from "../runtime/runtime.ts";
import type { ExchangeEvents, HeadNotes } from "../transport/listener.ts";
import type { Tunnel, TunnelEvents } from "../transport/tunnel.ts";
import type { UpstreamEvents, UpstreamFailure } from "../transport/upstream.ts";
import { openPassage } from "../websocket/websocket-journey.ts";
import { brokenBody } from "./failures.ts";
import { finish } from "./finish.ts";
import { hold } from "./hold.ts";
import type { Stage } from "./journey.ts";
import { KnownOfCall } from "./known-of-call.ts";
import { ownNames } from "./own-names.ts";

const NO_PARAMETERS: Readonly<Record<string, string>> = {};

export class Call extends KnownOfCall implements PolicyCall, ExchangeEvents, UpstreamEvents {
  get method(): string {
    return this.exchange.method;
  }

  get scheme(): "http" | "https" {
    return this.forwarded?.scheme ?? (this.exchange.encrypted ? "https" : "http");
  }

  get content_type(): string | undefined {
    return this.headers.content_type;
  }

  header(name: string): string | undefined {
    return headerOf(this.exchange.headers, name);
  }

  decidedBy(headers: readonly string[]): void {
    this.chosen_by = this.chosen_by ? [...new Set([...this.chosen_by, ...headers])] : headers;
  }

  parameters(): Readonly<Record<string, string>> {
    const plan = this.subject?.plan;
    return plan?.kind === "route" ? parametersOf(patternOf(plan, this.path), this.path) : NO_PARAMETERS;
  }

  get upstream_headers(): string[] {
    return this.forward;
  }

  set upstream_headers(flat: string[]) {
    this.forward = flat;
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
    return this.forwarded?.client_address ?? this.exchange.remote_address;
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

  note(text: string): void {
    this.notes = this.notes === undefined ? text : `${this.notes}; ${text}`;
  }

  /** `quiet_limit_ms` 0: this stage may last as long as the whole call. */
  enter(stage: Stage, quiet_limit_ms: number): void {
    this.stage = stage;
    this.quiet_ms = 0;
    this.quiet_limit_ms = quiet_limit_ms;
  }

  /** Of the request line and headers: each header has ": " and a line end, the request line two spaces, a version and a line end. */
  get head_bytes(): number {
    const { method, target, headers } = this.exchange;
    let bytes = method.length + target.length + 12 + headers.length * 2;
    for (const part of headers) bytes += part.length;
    return bytes;
  }

  get header_count(): number {
    return this.exchange.headers.length / 2;
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
    this.connect_us = fresh ? this.lap() : 0;
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

  onHead(status: number, headers: readonly string[], notes?: HeadNotes): void {
    // An answer may begin before the request's end was sent.
    if (this.send_us === null) this.send_us = this.lap();
    this.wait_us = this.lap();
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
    this.wait_us = this.lap();
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
