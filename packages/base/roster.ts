// What is there now, where it comes and goes often: running calls, open connections.

export type Enrolled = {
  /** Its place in the roster, of which it is in one at a time; -1: in none. The roster's to change. */
  roster_at: number;
};

/**
 * Items in no order, in an array whose gaps are closed by its last. A Set or a Map that is added to and taken from thousands of times
 * leaves tables behind, each of which points at the next one with all items in it: once one of them is old to V8, whatever passes
 * through grows old with it, and waits as garbage for a marking of the whole heap (docs/decisions/006-what-a-call-costs.md).
 */
export class Roster<Item extends Enrolled> {
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** `item` must be in none. */
  add(item: Item): void {
    item.roster_at = this.#items.length;
    this.#items.push(item);
  }

  /** False: it was not in. */
  delete(item: Item): boolean {
    if (item.roster_at < 0) return false;
    const last = this.#items.pop() as Item;
    if (last !== item) {
      this.#items[item.roster_at] = last;
      last.roster_at = item.roster_at;
    }
    item.roster_at = -1;
    return true;
  }

  /** Those that are in now: some may leave, and others come, while somebody goes through them. */
  all(): Item[] {
    return this.#items.slice();
  }

  /** Without a copy: for a look during which none leaves or comes. */
  which(found: (item: Item) => boolean): Item[] {
    const which: Item[] = [];
    for (const item of this.#items) if (found(item)) which.push(item);
    return which;
  }
}
