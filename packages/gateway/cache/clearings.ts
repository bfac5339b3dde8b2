// What unsafe calls cleared here, on its way to the other nodes: gathered for a moment, each address once, so that a burst of calls is
// a few messages. What cannot be told waits, up to a limit; past it the others clear everything that the workspace keeps.
import { type Cancel, type Clock, LIMITS } from "@holdfast/base";
import type { Purge } from "./purge.ts";

export type ClearingsOptions = {
  clock: Clock;
  /** Rejects when they were not told. */
  tell(purges: readonly Purge[]): Promise<unknown>;
  /** Hears of each change: whether they are told. */
  on_change(told: boolean, error: unknown): void;
};

export class Clearings {
  readonly #options: ClearingsOptions;
  /** By what they mean. */
  readonly #waiting = new Map<string, Purge>();
  #waiting_bytes = 0;
  #telling: Promise<void> | undefined;
  #told = true;
  #cancel: Cancel | undefined;

  constructor(options: ClearingsOptions) {
    this.#options = options;
  }

  /** Returns at once, whatever becomes of it. */
  add(purge: Purge): void {
    this.#put(purge);
    if (!this.#telling && this.#told) this.#next();
  }

  /** Tells what waits, unless nobody could be told of late. */
  async close(): Promise<void> {
    while (this.#telling) await this.#telling;
    while (this.#told && this.#waiting.size > 0) await this.#tell();
    this.#cancel?.();
  }

  #put(purge: Purge): void {
    const key = JSON.stringify(purge);
    if (this.#waiting.has(key) || this.#waiting.has(keyOfWhole(purge))) return;
    if (this.#waiting_bytes + key.length > LIMITS.cache_clearings_waiting_bytes_max) this.#putWhole(purge);
    else this.#keep(key, purge);
  }

  #keep(key: string, purge: Purge): void {
    this.#waiting.set(key, purge);
    this.#waiting_bytes += key.length;
  }

  /** In place of all single addresses. */
  #putWhole(purge: Purge): void {
    const workspaces = new Set([...this.#waiting.values(), purge].map(({ workspace }) => workspace));
    this.#waiting.clear();
    this.#waiting_bytes = 0;
    for (const workspace of workspaces) this.#keep(keyOfWhole({ workspace }), { workspace });
  }

  /** As much as one message holds, oldest first. */
  #take(): Purge[] {
    const taken: Purge[] = [];
    let bytes = 0;
    for (const [key, purge] of this.#waiting) {
      if (taken.length > 0 && bytes + key.length > LIMITS.cache_clearings_bytes_max) break;
      bytes += key.length;
      taken.push(purge);
      this.#waiting.delete(key);
    }
    this.#waiting_bytes -= bytes;
    return taken;
  }

  #next(): void {
    if (this.#told && this.#waiting_bytes >= LIMITS.cache_clearings_bytes_max) this.#begin();
    else if (this.#waiting.size > 0)
      this.#later(this.#told ? LIMITS.cache_clearings_ms : LIMITS.shared_limits_probe_ms);
  }

  #later(after_ms: number): void {
    this.#cancel ??= this.#options.clock.after(after_ms, () => this.#begin());
  }

  #begin(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined;
      this.#next();
    });
  }

  async #tell(): Promise<void> {
    const { tell, on_change } = this.#options;
    const purges = this.#take();
    try {
      await tell(purges);
      if (!this.#told) on_change(true, undefined);
      this.#told = true;
    } catch (error) {
      for (const purge of purges) this.#put(purge);
      if (this.#told) on_change(false, error);
      this.#told = false;
    }
  }
}

function keyOfWhole({ workspace }: Purge): string {
  return JSON.stringify({ workspace });
}
