// Shared limits that may go away, with the memory of this process as their stand-in: while they are known to be down no call waits
// for them. Each node then counts by itself, from nothing, so that all nodes together may let through as often what one may.
import { type Clock, LIMITS } from "@holdfast/base";
import type { LimitState } from "./limit-state.ts";

export type Remote = LimitState & { ping(): Promise<void> };

export type StandIn = LimitState & {
  /** False: each node counts by itself at present. */
  shared(): boolean;
  stop(): void;
};

export type StandInOptions = {
  clock: Clock;
  /** Hears of each change. `error`: what the shared limits said last. */
  on_change(shared: boolean, error: unknown): void;
};

export function withStandIn(remote: Remote, local: LimitState, options: StandInOptions): StandIn {
  const watch = new Watch(remote, options);
  /** Asks `remote`, or `local` when it is down or does not answer this time. */
  const either = <T>(ask: (state: LimitState) => T | Promise<T>): T | Promise<T> => {
    if (watch.down) return ask(local);
    return Promise.resolve(ask(remote)).catch((error: unknown) => {
      watch.fail(error);
      return ask(local);
    });
  };
  return {
    counters: {
      take: (key, limit, now_ms) => either(({ counters }) => counters.take(key, limit, now_ms)),
      giveBack: (key) => either(({ counters }) => counters.giveBack?.(key)),
    },
    quotas: {
      take: (key, ask, now_ms) => either(({ quotas }) => quotas.take(key, ask, now_ms)),
      giveBack: (key, ask, now_ms) => either(({ quotas }) => quotas.giveBack(key, ask, now_ms)),
    },
    sliding: {
      take: (key, ask, now_ms) => either(({ sliding }) => sliding.take(key, ask, now_ms)),
      giveBack: (key, ask, now_ms) => either(({ sliding }) => sliding.giveBack(key, ask, now_ms)),
    },
    // Whoever gave the place takes it back.
    places: { take: (key, most) => either(({ places }) => places.take(key, most)) },
    shared: () => !watch.down,
    stop: () => watch.stop(),
  };
}

/** Down after one failure, up after one answer to a question that no call waits for. */
class Watch {
  down = false;
  readonly #remote: Remote;
  readonly #options: StandInOptions;
  #stopped = false;

  constructor(remote: Remote, options: StandInOptions) {
    this.#remote = remote;
    this.#options = options;
  }

  fail(error: unknown): void {
    if (this.down || this.#stopped) return;
    this.down = true;
    this.#options.on_change(false, error);
    this.#askLater();
  }

  stop(): void {
    this.#stopped = true;
  }

  #askLater(): void {
    this.#options.clock.after(LIMITS.shared_limits_probe_ms, () => {
      if (this.#stopped) return;
      this.#remote.ping().then(
        () => {
          this.down = false;
          this.#options.on_change(true, undefined);
        },
        () => this.#askLater(),
      );
    });
  }
}
