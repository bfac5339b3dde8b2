// The circuit breaker of one upstream (M. Nygard, Release It!, chapter "Circuit Breaker"): closed while calls do well, open for a
// time when too many failed, then half open: a few calls probe, and either close it or open it again. The time is handed in.
import type { BreakerSettings } from "@holdfast/contract";
import { CallWindow } from "./call-window.ts";

export type BreakerState = "closed" | "open" | "half-open";

/** neutral: says nothing about the upstream, as when the client left. */
export type Verdict = "ok" | "failed" | "neutral";

export class Breaker {
  readonly #rules: BreakerSettings;
  readonly #window: CallWindow;
  #state: BreakerState = "closed";
  #open_until_us = 0;
  /** Counts up with every opening, so that a probe of an earlier round decides nothing. */
  #round = 0;
  #probing = 0;
  #passed = 0;

  constructor(rules: BreakerSettings) {
    this.#rules = rules;
    this.#window = new CallWindow(rules.window);
  }

  /** Open ends by itself: who looks after `open_for` sees half-open. */
  state(now_us: number): BreakerState {
    return this.#state === "open" && now_us >= this.#open_until_us ? "half-open" : this.#state;
  }

  get open_until_us(): number {
    return this.#open_until_us;
  }

  /** Whether one more call may begin. */
  allows(now_us: number): boolean {
    if (this.#state === "closed") return true;
    if (this.#state === "open") return now_us >= this.#open_until_us;
    return this.#probing + this.#passed < this.#rules.probes;
  }

  /** A call begins. What comes back belongs to its end: 0, or the round that it probes for. */
  began(now_us: number): number {
    if (this.#state === "closed") return 0;
    if (this.#state === "open") this.#halfOpen(now_us);
    // Somebody who did not ask: decides nothing.
    if (this.#state !== "half-open") return -1;
    this.#probing++;
    return this.#round;
  }

  /** True: this call changed the state. */
  ended(now_us: number, round: number, verdict: Verdict): boolean {
    if (this.#state === "half-open") return round === this.#round && this.#probed(now_us, verdict);
    if (this.#state !== "closed" || round !== 0 || verdict === "neutral") return false;
    this.#window.add(now_us, verdict === "failed");
    const { calls, marked } = this.#window;
    const { of_least, errors } = this.#rules;
    if (verdict !== "failed" || calls < of_least || marked / calls < errors) return false;
    this.#open(now_us);
    return true;
  }

  #halfOpen(now_us: number): void {
    if (now_us < this.#open_until_us) return;
    this.#state = "half-open";
    this.#probing = 0;
    this.#passed = 0;
  }

  #probed(now_us: number, verdict: Verdict): boolean {
    this.#probing--;
    if (verdict === "failed") {
      this.#open(now_us);
      return true;
    }
    if (verdict === "ok") this.#passed++;
    if (this.#passed < this.#rules.probes) return false;
    this.#state = "closed";
    this.#window.clear();
    return true;
  }

  #open(now_us: number): void {
    this.#state = "open";
    this.#round++;
    this.#open_until_us = now_us + this.#rules.open_for * 1000;
  }
}
