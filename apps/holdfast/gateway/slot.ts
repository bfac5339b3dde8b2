// One place for a gateway worker: starts a thread, hears it, and puts another in its place when it dies.
import { Worker } from "node:worker_threads";
import { type Cancel, type Clock, LIMITS, type Log } from "@holdfast/base";
import type { GatewayFigures, Plan, UpstreamReport } from "@holdfast/contract";
import { addFigures, ended, NO_FIGURES, type Purge } from "@holdfast/gateway";
import { errorText } from "./error-text.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";
import { packPlan } from "./plan-parts.ts";
import { Talk } from "./talk.ts";

export type SlotTools = {
  clock: Clock;
  log: Log;
  /** The newest plan, for a thread that takes the place of another. */
  plan: () => Plan;
  start: Omit<WorkerStart, "plan">;
  /** A call of the thread cleared something: the other threads and nodes have to hear of it. */
  on_purge: (purge: Purge) => void;
  /** A thread has ended, by whatever. */
  on_gone: () => void;
};

const PAUSE_MS_MIN = 100;
/** A worker that served this long was fine: the next failure is a first one. */
const STEADY_MS = 60_000;

export class Slot {
  readonly #tools: SlotTools;
  readonly #talk: Talk;
  #worker: Worker | undefined;
  #port: number;
  #serving = false;
  /** What a thread ran last. */
  #plan: Plan | undefined;
  /** What the thread began with, or was to take up since. */
  #offered: Plan | undefined;
  /** Could not be run: the next thread begins with what ran last, and is offered it once it serves. */
  #refused_plan: number | undefined;
  #failures = 0;
  #served_from = 0;
  #dropped_before = 0;
  #dropped_now = 0;
  #limits_local = false;
  #questions = 0;
  #figures_before = NO_FIGURES;
  #figures_now = NO_FIGURES;
  #leaving = false;
  #cancel_restart: Cancel | undefined;
  /** Called on every message and at the thread's end. */
  #watchers = new Set<(message: FromWorker | "gone") => void>();

  constructor(tools: SlotTools) {
    this.#tools = tools;
    this.#talk = new Talk(tools.clock);
    this.#port = tools.start.port;
  }

  get serving(): boolean {
    return this.#serving;
  }
  get plan(): number {
    return this.#plan?.number ?? 0;
  }
  get dropped(): number {
    return this.#dropped_before + this.#dropped_now;
  }

  /** It cannot run the newest plan: the one that ran last goes on. */
  get plan_refused(): boolean {
    return this.#tools.plan().number === this.#refused_plan;
  }

  /** Limits are not counted where they should be. */
  get limits_local(): boolean {
    return this.#limits_local;
  }

  /** Resolves with the port when the first thread serves; rejects when it cannot. */
  async open(): Promise<number> {
    this.#spawn();
    return new Promise((resolve, reject) => {
      this.#watch((message) => {
        if (message === "gone") reject(new Error("the gateway worker ended before it served"));
        else if (message.kind === "serving") resolve(message.port);
        else if (message.kind === "failed") reject(new Error(`the gateway worker cannot serve: ${message.message}`));
        else return false;
        return true;
      });
    });
  }

  /** Resolves when the thread runs this plan, or has refused it. One that is stuck (`Talk`) is ended, and its successor begins with the plan. */
  async deploy(plan: Plan): Promise<void> {
    const worker = this.#worker;
    if (!worker || !this.#serving) return;
    const decided = this.#heard(
      (message) => (message.kind === "running" || message.kind === "refused") && message.plan === plan.number,
    );
    this.#offer(plan);
    // One that is drained takes up no plan any more, and says nothing of it.
    if ((await this.#talk.brings(decided)) || this.#leaving) return;
    const { log, start } = this.#tools;
    log.error({ node: start.node, plan: plan.number }, "a gateway worker did not take up the plan; it is replaced");
    await worker.terminate();
  }

  /** What the thread knows of its upstreams; nothing when it does not say so in time. */
  upstreams(): Promise<UpstreamReport[]> {
    const told = (message: FromWorker) => (message.kind === "upstreams" ? message.upstreams : undefined);
    return this.#ask({ kind: "upstreams" }, told, []);
  }

  /** What the threads of this place have counted; what one counted after it was asked last goes with it. */
  async figures(): Promise<GatewayFigures> {
    const told = (message: FromWorker) => (message.kind === "figures" ? message.figures : undefined);
    const before = this.#figures_before;
    const now = await this.#ask({ kind: "figures" }, told, this.#figures_now);
    if (before !== this.#figures_before) return this.#figures_before;
    this.#figures_now = now;
    return addFigures(before, now);
  }

  /** How many answers its cache gave up. A thread that is not there keeps nothing; one that does not answer may. */
  purge(purges: readonly Purge[]): Promise<number> {
    const question = ++this.#questions;
    const told = (message: FromWorker) =>
      message.kind === "purged" && message.question === question ? message.answers : undefined;
    return this.#ask({ kind: "purge", question, purges }, told, 0);
  }

  /** What `told` makes of the answer; `otherwise` when none comes in time. */
  async #ask<T>(question: ToWorker, told: (message: FromWorker) => T | undefined, otherwise: T): Promise<T> {
    if (!this.#serving) return otherwise;
    let answer: T | undefined;
    const heard = this.#heard((message) => {
      answer = told(message);
      return answer !== undefined;
    });
    this.#send(question);
    const late = new AbortController();
    const pause = this.#tools.clock.sleep(LIMITS.upstreams_answer_ms, late.signal).catch(() => undefined);
    await Promise.race([heard, pause]);
    late.abort();
    return answer ?? otherwise;
  }

  /** Accepts no connection any more, and is not started again. Resolves when that is so. */
  async shut(): Promise<void> {
    this.#leaving = true;
    this.#cancel_restart?.();
    await this.#ask({ kind: "shut" }, (message) => (message.kind === "shut" ? true : undefined), false);
  }

  /** After `shut`: lets running calls end, then ends the thread. */
  async drain(within_ms: number): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const drained = this.#heard((message) => message.kind === "drained");
    this.#send({ kind: "drain", within_ms });
    await drained;
    await worker.terminate();
  }

  #spawn(): void {
    const newest = this.#tools.plan();
    const plan = (newest.number === this.#refused_plan && this.#plan) || newest;
    // Who takes the place of another is missed already.
    const warm_up = this.#tools.start.warm_up && this.#served_from === 0;
    const workerData: WorkerStart = { ...this.#tools.start, port: this.#port, plan, warm_up };
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
    this.#worker = worker;
    this.#offered = plan;
    worker.on("message", (message: FromWorker) => this.#hear(message));
    worker.on("error", (error: unknown) => {
      this.#tools.log.error({ node: this.#tools.start.node, error: errorText(error) }, "a gateway worker crashed");
    });
    worker.on("exit", () => this.#gone());
  }

  #hear(message: FromWorker): void {
    this.#talk.heard();
    if (message.kind === "log") {
      this.#tools.log[message.level]({ node: this.#tools.start.node, ...message.fields }, message.message);
      return;
    }
    if (message.kind === "serving") this.#nowServing(message.port);
    if (message.kind === "running" && message.plan === this.#offered?.number) this.#plan = this.#offered;
    if (message.kind === "refused") this.#refused(message.plan, message.message);
    // The first of all is reported by `open`.
    if (message.kind === "failed" && this.#plan) this.#refused(this.#offered?.number ?? 0, message.message);
    if (message.kind === "purge") this.#tools.on_purge(message.purge);
    if (message.kind === "stats") {
      this.#dropped_now = message.records_dropped;
      this.#limits_local = message.limits_local;
    }
    for (const watcher of this.#watchers) watcher(message);
  }

  #refused(plan: number, error: string): void {
    this.#refused_plan = plan;
    const { log, start } = this.#tools;
    const fields = { node: start.node, plan, last: this.plan, error };
    log.error(fields, "a gateway worker cannot run the plan: the one that ran last goes on");
  }

  #nowServing(port: number): void {
    this.#port = port;
    this.#serving = true;
    this.#plan = this.#offered;
    this.#served_from = this.#tools.clock.now();
    // The plan may have changed while the thread was starting.
    const newest = this.#tools.plan();
    if (newest.number !== this.plan) this.#offer(newest);
  }

  #gone(): void {
    const had_served = this.#serving;
    this.#serving = false;
    this.#worker = undefined;
    this.#limits_local = false;
    this.#tools.on_gone();
    this.#dropped_before += this.#dropped_now;
    this.#dropped_now = 0;
    this.#figures_before = addFigures(this.#figures_before, ended(this.#figures_now));
    this.#figures_now = NO_FIGURES;
    for (const watcher of this.#watchers) watcher("gone");
    // One that never served is reported by `open`; after that, the place is kept filled.
    if (this.#leaving || this.#port === 0 || (!had_served && this.#served_from === 0)) return;
    const { clock, log, start } = this.#tools;
    this.#failures = had_served && clock.now() - this.#served_from > STEADY_MS ? 1 : this.#failures + 1;
    const pause_ms = Math.min(PAUSE_MS_MIN * 2 ** (this.#failures - 1), LIMITS.restart_pause_ms_max);
    log.warn({ node: start.node, pause_ms }, "a gateway worker ended and is started again");
    this.#cancel_restart = clock.after(pause_ms, () => this.#spawn());
  }

  #offer(plan: Plan): void {
    this.#offered = plan;
    this.#send({ kind: "plan", number: plan.number, parts: packPlan(plan) });
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** Resolves when the thread says what is waited for, or is gone. */
  #heard(what: (message: FromWorker) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#watch((message) => {
        const is_it = message === "gone" || what(message);
        if (is_it) resolve();
        return is_it;
      });
    });
  }

  /** Calls `watcher` until it returns true. */
  #watch(watcher: (message: FromWorker | "gone") => boolean): void {
    const once = (message: FromWorker | "gone"): void => {
      if (watcher(message)) this.#watchers.delete(once);
    };
    this.#watchers.add(once);
  }
}
