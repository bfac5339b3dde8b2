// One composition on its way: which steps may begin, what they said, and when it is over.
import type { Call } from "../pipeline/call.ts";
import type { UpstreamExchange } from "../transport/upstream.ts";
import type { PreparedCompose, PreparedStep } from "./prepare-compose.ts";
import { runStep, type StepResult, type StepTools, targetOf } from "./run-step.ts";
import { type Results, stepRequest } from "./step-request.ts";

/** `failed`: a required step did; `throws`: we did. */
export type CompositionEvents = {
  done(results: Results): void;
  failed(detail: string): void;
  throws(error: unknown): void;
};

/** To the pipeline it is one upstream: whoever cancels the call cancels every step. */
export class Composition implements UpstreamExchange {
  readonly #call: Call;
  readonly #events: CompositionEvents;
  readonly #results: Results;
  readonly #waiting: Set<PreparedStep>;
  readonly #running = new Map<PreparedStep, () => void>();
  readonly #done = new Set<string>();
  readonly #tools: StepTools;
  #over = false;
  #bytes = 0;

  constructor(call: Call, compose: PreparedCompose, events: CompositionEvents, request: unknown) {
    this.#call = call;
    this.#events = events;
    this.#results = { request };
    this.#waiting = new Set(compose.steps);
    this.#tools = {
      take: (bytes) => {
        this.#bytes += bytes;
        return this.#bytes <= compose.bytes_max;
      },
      after: (delay_ms, work) => compose.clock.after(delay_ms, work),
    };
  }

  /** Begins every step whose turn it is. */
  proceed(): void {
    for (const step of [...this.#waiting]) {
      if (!step.plan.after.every((name) => this.#done.has(name))) continue;
      this.#waiting.delete(step);
      this.#running.set(step, () => undefined);
      this.#begin(step).catch((error) => this.#throws(error));
    }
    if (this.#running.size > 0 || this.#waiting.size > 0 || this.#over) return;
    this.#over = true;
    this.#events.done(this.#results);
  }

  async #begin(step: PreparedStep): Promise<void> {
    const request = await stepRequest(this.#call, step, this.#results);
    if (this.#over) return;
    if (!request.ok) return this.#settle(step, request);
    const target = targetOf(this.#call, step);
    if (!target) return this.#settle(step, { ok: false, error: "no upstream of its service takes calls at present" });
    this.#call.attempts++;
    this.#call.target = target;
    const cancel = runStep(target, request.value, {
      timeout_ms: step.plan.timeout_ms,
      tools: this.#tools,
      done: (result) => this.#settle(step, result),
    });
    if (this.#running.has(step)) this.#running.set(step, cancel);
  }

  #settle(step: PreparedStep, result: StepResult): void {
    if (this.#over) return;
    const { name, required } = step.plan;
    this.#running.delete(step);
    this.#done.add(name);
    if (!result.ok && required) this.#fail(`Step ${name}: ${result.error}.`);
    else {
      if (!result.ok) this.#call.note(`step ${name}: ${result.error}`);
      this.#results[name] = result.ok ? result.value : step.plan.default;
      this.proceed();
    }
  }

  #fail(detail: string): void {
    this.cancel();
    this.#events.failed(detail);
  }

  #throws(error: unknown): void {
    this.cancel();
    this.#events.throws(error);
  }

  cancel(): void {
    this.#over = true;
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }

  /** Steps send their bodies whole and are gathered whole. */
  write(): boolean {
    return true;
  }
  finish(): void {}
  pause(): void {}
  resume(): void {}
}
