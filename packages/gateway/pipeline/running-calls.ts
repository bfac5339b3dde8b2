// The calls that are running, for those who look at all of them now and then. An array whose gaps are closed by its last: a Set that
// is added to and taken from thousands of times a second leaves tables behind, each of which points at the next one with all calls in
// it, and when one of them grows old, none of those calls is young any more (measured: a quarter of what was allocated).
import type { Call } from "./call.ts";

export class RunningCalls {
  readonly #calls: Call[] = [];

  get size(): number {
    return this.#calls.length;
  }

  add(call: Call): void {
    call.running_at = this.#calls.length;
    this.#calls.push(call);
  }

  /** `call` must be in. */
  delete(call: Call): void {
    const last = this.#calls.pop() as Call;
    if (last !== call) {
      this.#calls[call.running_at] = last;
      last.running_at = call.running_at;
    }
    call.running_at = -1;
  }

  /** Those that are running now: calls may end, and begin, while somebody goes through them. */
  all(): Call[] {
    return this.#calls.slice();
  }

  /** Without a copy: for a look during which none ends or begins. */
  which(found: (call: Call) => boolean): Call[] {
    const which: Call[] = [];
    for (const call of this.#calls) if (found(call)) which.push(call);
    return which;
  }
}
