// What is known of one upstream, and whether it takes calls now: its active checks, its ejections, its breaker, its calls under way.
// Lives in one worker for as long as any plan names it; the time is handed in.
import type { BreakerSettings, EjectSettings } from "@holdfast/contract";
import { Breaker, type Verdict } from "./breaker.ts";

/**
 * up: takes calls. warming: takes a growing share of them. down: its checks fail. ejected: it failed too many calls in a row. open:
 * its breaker lets nothing through. half-open: its breaker lets a few calls through, to see.
 */
export type WatchState = "up" | "warming" | "down" | "ejected" | "open" | "half-open";

export type WatchRules = {
  health?: { rise: number; fall: number } | undefined;
  eject?: EjectSettings | undefined;
  breaker?: BreakerSettings | undefined;
  slow_start_ms?: number | undefined;
};

/** Told of what an operator wants to read in the log. */
export type OnChange = (state: WatchState, because: string) => void;

const EJECTIONS_COUNTED_MAX = 10;
/** An upstream that just came back gets at least this part of its share, or nothing would ever show that it works. */
const COLD_SHARE = 0.1;

export class Watch {
  readonly #rules: WatchRules;
  readonly #onChange: OnChange;
  readonly #breaker: Breaker | undefined;
  #up = true;
  #checks_in_row = 0;
  #failed_in_row = 0;
  #ejected_until_us = 0;
  #ejections = 0;
  #warm_from_us: number;
  /** The upstreams of each release that it is in, once for all routes: so many of them may not be ejected at once. */
  readonly #releases: { peers: readonly Watch[]; routes: number }[] = [];
  /** Calls under way. */
  running = 0;
  calls = 0;
  failures = 0;
  last_error: string | undefined = undefined;
  #changed_us: number;

  constructor(rules: WatchRules, now_us: number, onChange: OnChange) {
    this.#rules = rules;
    this.#onChange = onChange;
    this.#breaker = rules.breaker ? new Breaker(rules.breaker) : undefined;
    this.#warm_from_us = now_us;
    this.#changed_us = now_us;
  }

  /** When the state changed last. An ejection ends by itself. */
  changedUs(now_us: number): number {
    return this.#ejected_until_us <= now_us ? Math.max(this.#changed_us, this.#ejected_until_us) : this.#changed_us;
  }

  /** Whether a call may go there at `now_us`, a monotonic time in microseconds. */
  takes(now_us: number): boolean {
    return (
      this.#up && now_us >= this.#ejected_until_us && (this.#breaker === undefined || this.#breaker.allows(now_us))
    );
  }

  /** `peers`: all upstreams of a release, this one included. */
  joins(peers: readonly Watch[]): void {
    const known = this.#releases.find((release) => areSame(release.peers, peers));
    if (known) known.routes++;
    else this.#releases.push({ peers, routes: 1 });
  }

  leaves(peers: readonly Watch[]): void {
    const at = this.#releases.findIndex((release) => areSame(release.peers, peers));
    const release = this.#releases[at];
    if (release && --release.routes === 0) this.#releases.splice(at, 1);
  }

  /** Whether nothing but its ejection keeps calls away. */
  takesButForEjection(now_us: number): boolean {
    return this.isEjected(now_us) && this.#up && (this.#breaker === undefined || this.#breaker.allows(now_us));
  }

  state(now_us: number): WatchState {
    if (!this.#up) return "down";
    if (now_us < this.#ejected_until_us) return "ejected";
    const breaker = this.#breaker?.state(now_us) ?? "closed";
    if (breaker !== "closed") return breaker;
    return this.warmth(now_us) < 1 ? "warming" : "up";
  }

  /** How much of its share it gets, up to 1. */
  warmth(now_us: number): number {
    const { slow_start_ms } = this.#rules;
    if (slow_start_ms === undefined) return 1;
    const warm = (now_us - this.#warm_from_us) / (slow_start_ms * 1000);
    return Math.min(1, Math.max(COLD_SHARE, warm));
  }

  /** Milliseconds until it may take calls again, as far as that can be known; 0 when it does, undefined when only a check can tell. */
  backInMs(now_us: number): number | undefined {
    if (!this.#up) return undefined;
    const open_until_us = this.#breaker?.state(now_us) === "open" ? this.#breaker.open_until_us : 0;
    return Math.max(0, this.#ejected_until_us - now_us, open_until_us - now_us) / 1000;
  }

  /** A call is sent. What comes back belongs to its end. */
  began(now_us: number): number {
    this.running++;
    this.calls++;
    return this.#breaker?.began(now_us) ?? 0;
  }

  /** The call is over for this upstream, in whatever way. */
  left(): void {
    this.running--;
  }

  /** What a call that began says of the upstream: once for each, and once more for an answer that began well and broke. */
  judge(now_us: number, round: number, verdict: Verdict, error: string | undefined): void {
    if (verdict === "failed") {
      this.failures++;
      this.last_error = error;
      this.#failed_in_row++;
    } else if (verdict === "ok") this.#succeeded(now_us);
    if (this.#breaker?.ended(now_us, round, verdict)) this.#breakerChanged(now_us, this.#breaker);
    if (verdict === "failed") this.#ejectWhenDue(now_us);
  }

  /** `error` undefined: a good check. */
  checked(now_us: number, error: string | undefined): void {
    const { health } = this.#rules;
    if (!health) return;
    const good = error === undefined;
    if (!good) this.last_error = error;
    this.#checks_in_row = good === this.#up ? 0 : this.#checks_in_row + 1;
    if (this.#checks_in_row < (good ? health.rise : health.fall)) return;
    if (good === this.#up) return;
    this.#checks_in_row = 0;
    this.#up = good;
    if (good) this.#warm_from_us = now_us;
    this.#changed(now_us, good ? `${health.rise} checks in a row were good` : (error as string));
  }

  isEjected(now_us: number): boolean {
    return now_us < this.#ejected_until_us;
  }

  #succeeded(now_us: number): void {
    this.#failed_in_row = 0;
    // One that stayed well for as long as it was out the last time begins anew.
    const { eject } = this.#rules;
    if (eject && this.#ejections > 0 && now_us - this.#ejected_until_us > eject.for * this.#ejections * 1000)
      this.#ejections = 0;
  }

  #ejectWhenDue(now_us: number): void {
    const { eject } = this.#rules;
    if (!eject || this.#failed_in_row < eject.after || this.isEjected(now_us)) return;
    if (!this.#releases.some(({ peers }) => mayLoseOne(peers, eject.most, now_us))) return;
    this.#ejections = Math.min(this.#ejections + 1, EJECTIONS_COUNTED_MAX);
    this.#ejected_until_us = now_us + eject.for * this.#ejections * 1000;
    this.#warm_from_us = this.#ejected_until_us;
    const failed = this.#failed_in_row;
    this.#failed_in_row = 0;
    this.#changed(now_us, `${failed} calls in a row failed, the last one: ${this.last_error}`);
  }

  #breakerChanged(now_us: number, breaker: Breaker): void {
    const closed = breaker.state(now_us) === "closed";
    if (closed) this.#warm_from_us = now_us;
    this.#changed(now_us, closed ? "its probes succeeded" : `too many calls failed, the last one: ${this.last_error}`);
  }

  #changed(now_us: number, because: string): void {
    this.#changed_us = now_us;
    this.#onChange(this.state(now_us), because);
  }
}

function areSame(some: readonly Watch[], others: readonly Watch[]): boolean {
  return some.length === others.length && some.every((watch, index) => watch === others[index]);
}

function mayLoseOne(peers: readonly Watch[], share: number, now_us: number): boolean {
  return peers.filter((peer) => peer.isEjected(now_us)).length < mostOut(share, peers.length);
}

/** Of `count` upstreams so many may be out; of several, one always. */
export function mostOut(share: number, count: number): number {
  return count < 2 ? 0 : Math.max(1, Math.floor(share * count));
}
