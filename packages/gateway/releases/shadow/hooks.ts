// Copies a share of a route's calls to its shadow once the client has its answer. Nothing here holds a client's call back or
// changes it: what the shadow costs is bounded (bodies held, copies at once, time), and past a bound a copy is dropped and counted.
import type { ShadowSettings } from "@holdfast/contract";
import { hashToShare } from "../../hash.ts";
import { headerOf, removeHeader, setHeader } from "../../headers/header-list.ts";
import { traceOf } from "../../headers/trace.ts";
import type { Call } from "../../pipeline/call.ts";
import { headersSent, upstreamPath } from "../../pipeline/send.ts";
import { PerCall } from "../../policies/per-call.ts";
import type { Hooks, ReplyHead } from "../../policies/policy.ts";
import { buildRecord } from "../../record/build-record.ts";
import type { Release, Target } from "../../runtime/runtime.ts";
import { Copy } from "./copy.ts";
import { type Held, Mirrored } from "./mirrored.ts";
import { copyRecord, droppedRecord } from "./record.ts";

/** Tells the service that nobody waits for this answer, and whose copy it is. */
const SHADOW_HEADER = "x-holdfast-shadow-of";

/** Another seed than that of the shares: who is copied says nothing about who is served by whom. */
const SAMPLE_SEED = 0x5bd1_e995;

export function shadowHooks(settings: ShadowSettings, shadow: Release, seed: number): Hooks {
  return new Shadow(settings, shadow, seed).hooks();
}

type Dropped = Parameters<typeof droppedRecord>[2];

const GONE: Dropped = { code: "upstream_unavailable", reason: "No upstream of the shadow takes calls." };

class Shadow {
  readonly #settings: ShadowSettings;
  readonly #shadow: Release;
  readonly #seed: number;
  readonly #methods: ReadonlySet<string>;
  readonly #mirrored = new PerCall<Mirrored>();
  readonly #held: Held = { bytes: 0 };
  #running = 0;

  constructor(settings: ShadowSettings, shadow: Release, seed: number) {
    this.#settings = settings;
    this.#shadow = shadow;
    this.#seed = seed ^ SAMPLE_SEED;
    this.#methods = new Set(settings.methods);
  }

  hooks(): Hooks {
    return {
      receive: (call: Call) => this.#receive(call),
      body: (_bytes, call: Call, chunk) => {
        this.#mirrored.get(call)?.keep(chunk);
        return undefined;
      },
      bodyEnd: (call: Call) => this.#bodyEnd(call),
      reply: (call: Call, head) => this.#reply(call, head),
      replyData: (call: Call, chunk) => this.#mirrored.get(call)?.answered(chunk),
      done: (call: Call, complete) => this.#done(call, complete),
    };
  }

  #receive(call: Call): undefined {
    const { share, body_most } = this.#settings;
    if (!this.#methods.has(call.method) || hashToShare(call.id, this.#seed) >= share) return;
    this.#mirrored.set(call, new Mirrored(this.#held, body_most));
  }

  #bodyEnd(call: Call): void {
    const mirrored = this.#mirrored.get(call);
    if (mirrored) mirrored.whole = true;
  }

  #reply(call: Call, { status, headers }: ReplyHead): void {
    const mirrored = this.#mirrored.get(call);
    if (!mirrored) return;
    mirrored.status = status;
    mirrored.content_type = headerOf(headers, "content-type");
  }

  #done(call: Call, complete: boolean): void {
    const mirrored = this.#mirrored.get(call);
    if (!mirrored) return;
    if (complete && this.#isWorthIt(call, mirrored)) this.#copy(call, mirrored);
    mirrored.release();
  }

  /** Not what was answered without an upstream, by the shadow itself, or before the request was whole. */
  #isWorthIt(call: Call, { whole, dropped }: Mirrored): boolean {
    if (call.attempts === 0 || call.release === undefined || call.release.name === this.#shadow.name) return false;
    return call.status >= 200 && (!call.has_body || whole || call.body !== undefined || dropped !== undefined);
  }

  #copy(call: Call, mirrored: Mirrored): void {
    const { worker } = call;
    const own = { id: worker.ids(), at: worker.clock.now(), release: this.#shadow.name, upstream: null };
    const target = this.#target(call);
    const dropped = this.#reasonToDrop(mirrored, target);
    if (dropped || !target)
      worker.records.write(droppedRecord(buildRecord(call, worker.clock.monotonicMicros()), own, dropped ?? GONE));
    else this.#send(call, mirrored, { ...own, upstream: target.origin.name }, target);
  }

  #reasonToDrop({ dropped }: Mirrored, target: Target | undefined): Dropped | undefined {
    const { at_once, body_most } = this.#settings;
    if (dropped === "body_too_large")
      return { code: dropped, reason: `Bodies up to ${body_most} bytes are copied here.` };
    if (dropped === "overloaded")
      return { code: dropped, reason: "Bodies that wait for their copies take all the room." };
    if (this.#running >= at_once) return { code: "overloaded", reason: `${at_once} copies were on their way already.` };
    return target ? undefined : GONE;
  }

  #target(call: Call): Target | undefined {
    const { group, targets } = this.#shadow;
    if (group) return group.pick(call, call.worker.clock.monotonicMicros());
    return targets[this.#shadow.turn++ % targets.length];
  }

  #send(call: Call, mirrored: Mirrored, own: Parameters<typeof copyRecord>[2], target: Target): void {
    const { worker, runtime } = call;
    const primary = buildRecord(call, call.worker.clock.monotonicMicros());
    const seen = mirrored.answer(call.upstream_status ?? call.status, isBodySeen(call, mirrored));
    const body = call.body ?? mirrored.takeBody();
    const request = {
      method: call.method,
      path: upstreamPath(call, target),
      headers: headersOf(call, own.id),
      body,
      host: call.upstream_host,
    };
    this.#running++;
    // The plan's connections stay until the copy has ended too.
    runtime.enter();
    Copy.send({
      origin: target.origin,
      request,
      clock: worker.clock,
      timeout_ms: this.#settings.timeout,
      ended: (end) => {
        this.#running--;
        runtime.leave();
        worker.records.write(copyRecord(primary, seen, own, end));
      },
    });
  }
}

/** A body that was gathered to be changed did not pass by; one of an answer that failed midway is not all of it. */
function isBodySeen(call: Call, { status }: Mirrored): boolean {
  return status !== undefined && call.whole_reply === undefined && call.method !== "HEAD";
}

/** What the client's upstream got, with a span of its own in the same trace. */
function headersOf(call: Call, id: string): string[] {
  const headers = headersSent(call);
  removeHeader(headers, "content-length");
  const { span_id } = traceOf(id, undefined);
  setHeader(headers, "traceparent", `00-${call.trace.trace_id}-${span_id}-${call.trace.traceparent.slice(-2)}`);
  setHeader(headers, SHADOW_HEADER, call.id);
  return headers;
}
