// Time as a value that is handed in: the only place where the product reads a clock or sets a timer.
// A simulated clock lets a test run a whole launch in milliseconds.

/** Milliseconds since the Unix epoch. */
export type Instant = number;

export type Cancel = () => void;

export type Clock = {
  /** Wall time in milliseconds since the Unix epoch. */
  now(): Instant;
  /** Monotonic time in microseconds; only differences mean anything. Shared by all threads of a machine. */
  monotonicMicros(): number;
  /** Runs `work` once after `delay_ms`. */
  after(delay_ms: number, work: () => void): Cancel;
  /** Runs `work` once, when this turn of the event loop has dealt with what has come. */
  soon(work: () => void): void;
  /** Runs `work` every `period_ms` until cancelled. The timer does not keep the process alive. */
  every(period_ms: number, work: () => void): Cancel;
  /** Resolves after `delay_ms`, or rejects with the signal's reason. */
  sleep(delay_ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e6 + nanoseconds / 1e3;
  },
  after(delay_ms, work) {
    const timer = setTimeout(work, delay_ms);
    return () => clearTimeout(timer);
  },
  soon: (work) => void setImmediate(work),
  every(period_ms, work) {
    const timer = setInterval(work, period_ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  sleep: (delay_ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(done, delay_ms);
      function done(): void {
        signal?.removeEventListener("abort", stop);
        resolve();
      }
      function stop(): void {
        clearTimeout(timer);
        reject(signal?.reason);
      }
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

export type SimulatedClock = Clock & {
  /** Moves time forward and runs, in order, everything that falls due. */
  advance(by_ms: number): Promise<void>;
};

type Timer = { due: Instant; period_ms: number | undefined; work: () => void };

/** A clock that stands still until it is advanced. */
export function simulatedClock(start: Instant = Date.UTC(2026, 0, 5, 9)): SimulatedClock {
  let now = start;
  const timers = new Set<Timer>();

  function schedule(timer: Timer): Cancel {
    timers.add(timer);
    return () => void timers.delete(timer);
  }

  function nextDue(until: Instant): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.due <= until && (!next || timer.due < next.due)) next = timer;
    return next;
  }

  return {
    now: () => now,
    monotonicMicros: () => now * 1e3,
    after: (delay_ms, work) => schedule({ due: now + delay_ms, period_ms: undefined, work }),
    soon: queueMicrotask,
    every: (period_ms, work) => schedule({ due: now + period_ms, period_ms, work }),
    sleep(delay_ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = this.after(delay_ms, resolve);
        function stop(): void {
          cancel();
          reject(signal?.reason);
        }
        signal?.addEventListener("abort", stop, { once: true });
      });
    },
    async advance(by_ms) {
      const until = now + by_ms;
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        now = timer.due;
        if (timer.period_ms === undefined) timers.delete(timer);
        else timer.due += timer.period_ms;
        timer.work();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets every promise that is ready run its continuation. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
