// How many calls of a service may be repeated: a share of those of the last ten seconds, so that repetitions cannot become the
// outage (Google, Site Reliability Engineering, chapter 22). One budget for all routes of the service in this worker.
import { LIMITS } from "@holdfast/base";
import type { RetrySettings } from "@holdfast/contract";
import { CallWindow } from "./call-window.ts";

export class RetryBudget {
  readonly #share: number;
  readonly #always: number;
  readonly #window = new CallWindow(LIMITS.retry_budget_window_ms);

  constructor({ budget, always }: Pick<RetrySettings, "budget" | "always">) {
    this.#share = budget;
    this.#always = always;
  }

  /** A call is sent for the first time. */
  count(now_us: number): void {
    this.#window.add(now_us, false);
  }

  /** True: it may be sent again, and is counted. */
  take(now_us: number): boolean {
    this.#window.roll(now_us);
    const { calls, marked } = this.#window;
    if (marked >= Math.max(this.#always, Math.floor(calls * this.#share))) return false;
    this.#window.mark(now_us);
    return true;
  }
}
