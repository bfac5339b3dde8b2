// The kept answers of one gateway worker: found by key, dropped oldest first when a route's share or the worker's is used up, and
// cleared by address, tag or route. Knows nothing of HTTP but the shape of what it keeps.
import type { CacheControl } from "./cache-control.ts";
import { clears, isOpen, type Purge } from "./purge.ts";

/** One answer. Never changed once kept: an update is another one. */
export type Kept = {
  readonly status: number;
  /** As the upstream sent them, without what belongs to its connection. Names in lower case. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly control: Readonly<CacheControl>;
  readonly lifetime_ms: number;
  /** How old it was when it came, and when that was. */
  readonly initial_age_ms: number;
  readonly kept_at_ms: number;
  /** Headers that tell it from others of its address, and what its request said in them. */
  readonly vary: readonly string[];
  readonly vary_key: string;
  readonly tags: readonly string[];
};

export type Place = {
  readonly workspace: string;
  /** routes.orders */
  readonly subject: string;
  /** shop.example.com/orders/1?q=2, as clients see it. */
  readonly url: string;
};

/** All answers under one key. */
export type Shelf = { readonly key: string; readonly place: Place; kept: Kept[] };

export type CacheStore = {
  /** The part of one route. `bytes_max` counts from now on. */
  part(name: string, bytes_max: number): StorePart;
  /** Parts that no route has any more are given up. */
  keepOnly(names: ReadonlySet<string>): void;
  /** How many answers went. What is being fetched now is not kept when it comes. */
  purge(purge: Purge): number;
  bytes(): number;
};

/** An answer on its way into the store. */
export type Filling = {
  readonly place: Place;
  /** Undefined: its head has not come. */
  tags(): readonly string[] | undefined;
  /** It must not be kept: what it was asked for was cleared. `tag`: only if it has this one. */
  bar(tag?: string): void;
};

/** Strings, arrays and table entries around one answer, as measured with Node 24. */
const OVERHEAD_BYTES = 700;

export class StorePart {
  readonly shelves = new Map<string, Shelf>();
  readonly name: string;
  /** Oldest use first. */
  readonly used = new Map<Kept, Shelf>();
  readonly #store: Store;
  bytes = 0;
  bytes_max: number;

  constructor(name: string, bytes_max: number, store: Store) {
    this.name = name;
    this.bytes_max = bytes_max;
    this.#store = store;
  }

  shelf(key: string): Shelf | undefined {
    return this.shelves.get(key);
  }

  /** It was served. */
  touch(kept: Kept): void {
    const shelf = this.used.get(kept);
    if (!shelf) return;
    this.used.delete(kept);
    this.used.set(kept, shelf);
  }

  /** In the place of what the same request would have found. False: there is no room for it at all. */
  put(key: string, place: Place, kept: Kept, variants_max: number): boolean {
    const bytes = bytesOf(key, kept);
    if (bytes > this.bytes_max || bytes > this.#store.bytes_max) return false;
    const shelf = this.shelves.get(key) ?? this.#newShelf(key, place);
    for (const old of [...shelf.kept])
      if (old.vary_key === kept.vary_key && sameNames(old.vary, kept.vary)) this.drop(old);
    while (shelf.kept.length >= variants_max) this.drop(shelf.kept[0] as Kept);
    if (!this.shelves.has(key)) this.#keepShelf(shelf);
    shelf.kept.push(kept);
    this.used.set(kept, shelf);
    this.bytes += bytes;
    this.#store.grew(bytes);
    while (this.bytes > this.bytes_max) this.dropOldest();
    this.#store.shrink();
    return true;
  }

  #newShelf(key: string, place: Place): Shelf {
    return { key, place, kept: [] };
  }

  #keepShelf(shelf: Shelf): void {
    this.shelves.set(shelf.key, shelf);
    this.#store.indexed(shelf.place, this, shelf.key);
  }

  drop(kept: Kept): void {
    const shelf = this.used.get(kept);
    if (!shelf) return;
    this.used.delete(kept);
    shelf.kept = shelf.kept.filter((one) => one !== kept);
    const bytes = bytesOf(shelf.key, kept);
    this.bytes -= bytes;
    this.#store.grew(-bytes);
    if (shelf.kept.length > 0) return;
    this.shelves.delete(shelf.key);
    this.#store.unindexed(shelf.place, this, shelf.key);
  }

  dropOldest(): void {
    for (const kept of this.used.keys()) {
      this.drop(kept);
      return;
    }
  }

  dropAll(): void {
    for (const kept of [...this.used.keys()]) this.drop(kept);
  }
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

/** Text counts with two bytes a character: some of it may not be Latin. */
function bytesOf(key: string, { headers, body, vary_key, tags }: Kept): number {
  let characters = key.length + vary_key.length;
  for (const part of headers) characters += part.length;
  for (const tag of tags) characters += tag.length;
  return body.length + 2 * characters + OVERHEAD_BYTES;
}

/** Where an address is kept: by part, the keys. */
type Index = Map<string, Map<StorePart, Set<string>>>;

class Store implements CacheStore {
  readonly #parts = new Map<string, StorePart>();
  readonly #byAddress: Index = new Map();
  readonly #filling = new Set<Filling>();
  readonly bytes_max: number;
  #bytes = 0;

  constructor(bytes_max: number) {
    this.bytes_max = bytes_max;
  }

  part(name: string, bytes_max: number): StorePart {
    const known = this.#parts.get(name);
    if (!known) {
      const part = new StorePart(name, bytes_max, this);
      this.#parts.set(name, part);
      return part;
    }
    known.bytes_max = bytes_max;
    while (known.bytes > bytes_max) known.dropOldest();
    return known;
  }

  keepOnly(names: ReadonlySet<string>): void {
    for (const [name, part] of this.#parts)
      if (!names.has(name)) {
        part.dropAll();
        this.#parts.delete(name);
      }
  }

  bytes(): number {
    return this.#bytes;
  }

  grew(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Past the worker's share, the largest part gives up its oldest. */
  shrink(): void {
    while (this.#bytes > this.bytes_max) {
      let largest: StorePart | undefined;
      for (const part of this.#parts.values()) if (!largest || part.bytes > largest.bytes) largest = part;
      if (!largest) return;
      largest.dropOldest();
    }
  }

  indexed({ workspace, url }: Place, part: StorePart, key: string): void {
    const address = addressOf(workspace, url);
    const parts = this.#byAddress.get(address) ?? new Map<StorePart, Set<string>>();
    const keys = parts.get(part) ?? new Set<string>();
    keys.add(key);
    parts.set(part, keys);
    this.#byAddress.set(address, parts);
  }

  unindexed({ workspace, url }: Place, part: StorePart, key: string): void {
    const address = addressOf(workspace, url);
    const parts = this.#byAddress.get(address);
    const keys = parts?.get(part);
    if (!parts || !keys) return;
    keys.delete(key);
    if (keys.size === 0) parts.delete(part);
    if (parts.size === 0) this.#byAddress.delete(address);
  }

  fills(filling: Filling): () => void {
    this.#filling.add(filling);
    return () => void this.#filling.delete(filling);
  }

  purge(purge: Purge): number {
    for (const filling of this.#filling) {
      const tags = filling.tags();
      if (clears(purge, filling.place, tags)) filling.bar(tags === undefined ? purge.tag : undefined);
    }
    return isOpen(purge) ? this.#purgeAll(purge) : this.#purgeAddress(purge);
  }

  #purgeAddress(purge: Purge): number {
    let gone = 0;
    const parts = this.#byAddress.get(addressOf(purge.workspace, purge.url as string));
    for (const [part, keys] of [...(parts ?? [])])
      for (const key of [...keys]) gone += dropWhere(part, part.shelves.get(key), purge);
    return gone;
  }

  #purgeAll(purge: Purge): number {
    let gone = 0;
    for (const part of this.#parts.values())
      for (const shelf of [...part.shelves.values()]) gone += dropWhere(part, shelf, purge);
    return gone;
  }
}

function addressOf(workspace: string, url: string): string {
  return `${workspace}\n${url}`;
}

function dropWhere(part: StorePart, shelf: Shelf | undefined, purge: Purge): number {
  if (!shelf) return 0;
  const going = shelf.kept.filter(({ tags }) => clears(purge, shelf.place, tags));
  for (const kept of going) part.drop(kept);
  return going.length;
}

export type { Store };

export function createCacheStore(bytes_max: number): Store {
  return new Store(bytes_max);
}
