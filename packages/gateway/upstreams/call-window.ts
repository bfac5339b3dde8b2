// How many calls ended in the last while, and how many of them failed: ten slots in a ring, so that old calls are forgotten a tenth
// at a time. Pure but for its own counts; the time is handed in.

const SLOTS = 10;

export class CallWindow {
  readonly #slot_us: number;
  readonly #calls = new Uint32Array(SLOTS);
  readonly #marked = new Uint32Array(SLOTS);
  /** Number of the newest slot since the beginning of time. */
  #newest = 0;
  calls = 0;
  /** Those of `calls` that were marked: failed ones in a breaker, repetitions in a budget. */
  marked = 0;

  constructor(window_ms: number) {
    this.#slot_us = (window_ms * 1000) / SLOTS;
  }

  /** Forgets what is too old at `now_us`, a monotonic time in microseconds. */
  roll(now_us: number): void {
    const slot = Math.floor(now_us / this.#slot_us);
    if (slot === this.#newest) return;
    if (slot - this.#newest >= SLOTS) this.clear();
    else for (let passed = this.#newest + 1; passed <= slot; passed++) this.#drop(passed % SLOTS);
    this.#newest = Math.max(slot, this.#newest);
  }

  add(now_us: number, marked: boolean): void {
    this.roll(now_us);
    const at = this.#newest % SLOTS;
    this.#calls[at] = (this.#calls[at] as number) + 1;
    this.calls++;
    if (marked) this.mark(now_us);
  }

  /** Marks without counting a call. */
  mark(now_us: number): void {
    this.roll(now_us);
    const at = this.#newest % SLOTS;
    this.#marked[at] = (this.#marked[at] as number) + 1;
    this.marked++;
  }

  clear(): void {
    this.#calls.fill(0);
    this.#marked.fill(0);
    this.calls = 0;
    this.marked = 0;
  }

  #drop(at: number): void {
    this.calls -= this.#calls[at] as number;
    this.marked -= this.#marked[at] as number;
    this.#calls[at] = 0;
    this.#marked[at] = 0;
  }
}
