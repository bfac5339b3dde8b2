// One copy on its way to a shadow: sent, its answer read to the end and thrown away, and what became of it told once.
import { createHash } from "node:crypto";
import type { Cancel, Clock } from "@holdfast/base";
import { headerOf } from "../../headers/header-list.ts";
import { failureToProblem, type SendFailure } from "../../pipeline/failures.ts";
import type { UpstreamEvents, UpstreamExchange, UpstreamOrigin, UpstreamRequest } from "../../transport/upstream.ts";
import type { SeenAnswer } from "./compare.ts";

export type CopyEnd = {
  answer: SeenAnswer | undefined;
  /** Undefined: it was answered whole. */
  failure: ReturnType<typeof failureToProblem> | undefined;
  began_us: number;
  ended_us: number;
  connect_us: number | null;
  wait_us: number | null;
  response_bytes: number;
};

export type CopyParts = {
  origin: UpstreamOrigin;
  request: UpstreamRequest;
  clock: Clock;
  timeout_ms: number;
  /** Called once, whatever happens. */
  ended(end: CopyEnd): void;
};

export class Copy implements UpstreamEvents {
  readonly #parts: CopyParts;
  readonly #began_us: number;
  readonly #cancel_timeout: Cancel;
  readonly #digest = createHash("sha256");
  #exchange: UpstreamExchange | undefined;
  #over = false;
  #mark_us: number;
  #connect_us: number | null = null;
  #wait_us: number | null = null;
  #status: number | undefined;
  #content_type: string | undefined;
  #bytes = 0;

  static send(parts: CopyParts): void {
    new Copy(parts).#send();
  }

  private constructor(parts: CopyParts) {
    this.#parts = parts;
    this.#began_us = parts.clock.monotonicMicros();
    this.#mark_us = this.#began_us;
    this.#cancel_timeout = parts.clock.after(parts.timeout_ms, () => this.#tooLate());
  }

  #send(): void {
    const { origin, request } = this.#parts;
    this.#exchange = origin.send(request, this);
    // Its events may have come before it was here.
    if (this.#over) this.#exchange.cancel();
  }

  #tooLate(): void {
    this.#exchange?.cancel("silent");
    this.onFailed({ kind: "silent", detail: `The shadow was not done after ${this.#parts.timeout_ms} ms.` });
  }

  onConnected(fresh: boolean): void {
    this.#connect_us = fresh ? this.#lap() : 0;
  }

  onUploadWanted(): void {}

  onSent(): void {
    this.#lap();
  }

  onHead(status: number, headers: readonly string[]): void {
    this.#wait_us = this.#lap();
    this.#status = status;
    this.#content_type = headerOf(headers, "content-type");
  }

  onData(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#digest.update(chunk);
  }

  onEnd(): void {
    this.#end(undefined);
  }

  onFailed(failure: SendFailure): void {
    this.#end(failureToProblem(failure));
  }

  #lap(): number {
    const now_us = this.#parts.clock.monotonicMicros();
    const spent_us = now_us - this.#mark_us;
    this.#mark_us = now_us;
    return Math.round(spent_us);
  }

  #end(failure: CopyEnd["failure"]): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel_timeout();
    const status = this.#status;
    this.#parts.ended({
      answer:
        status === undefined
          ? undefined
          : { status, content_type: this.#content_type, body: failure ? undefined : this.#digest.digest("base64") },
      failure,
      began_us: this.#began_us,
      ended_us: this.#parts.clock.monotonicMicros(),
      connect_us: this.#connect_us,
      wait_us: this.#wait_us,
      response_bytes: this.#bytes,
    });
  }
}
