// Names of upstreams and the addresses they stand for, asked again when their time to live is over. One question for each name at a
// time, however many connections wait for it; the addresses of a name take turns. Which addresses are allowed is the caller's check.
import { type Clock, LIMITS } from "@holdfast/base";
import type { Address, Resolve } from "./resolve.ts";

export type Names = {
  /** Addresses in the order in which to try them, the first one another each time. Rejects when there are none. */
  addresses(name: string): Promise<Address[]>;
  /** The address of a name that has one only, where nobody has to be asked for it. */
  only(name: string): Address | undefined;
  /** What is known now, good or over, without asking; undefined: nothing. */
  known(name: string): readonly Address[] | undefined;
  /** Asks again for what is over, of names that are in use, and forgets the others. Never rejects. */
  refresh(in_use: ReadonlySet<string>): void;
};

type Entry = {
  addresses: Address[];
  good_until_ms: number;
  /** Why there is no address, and until when nobody asks again: a name that is gone must not cost a question for each call. */
  failure: { error: unknown; until_ms: number } | undefined;
  asking: Promise<Entry> | undefined;
  turn: number;
};

type Tools = { clock: Clock; resolve: Resolve };

export function createNames(clock: Clock, resolve: Resolve): Names {
  const entries = new Map<string, Entry>();
  const tools = { clock, resolve };

  function entryOf(name: string): Entry {
    const entry = entries.get(name) ?? newEntry();
    entries.set(name, entry);
    return entry;
  }

  return {
    async addresses(name) {
      const entry = entryOf(name);
      if (entry.failure && clock.now() < entry.failure.until_ms) throw entry.failure.error;
      return inTurn(isGood(entry, clock) ? entry : await ask(name, entry, tools));
    },
    only(name) {
      const entry = entries.get(name);
      return entry?.addresses.length === 1 && isGood(entry, clock) ? entry.addresses[0] : undefined;
    },
    known: (name) => entries.get(name)?.addresses,
    refresh(in_use) {
      for (const [name, entry] of entries) {
        if (!in_use.has(name)) entries.delete(name);
        else if (clock.now() >= Math.max(entry.good_until_ms, entry.failure?.until_ms ?? 0))
          // Who needs an address next hears of the failure.
          ask(name, entry, tools).catch(() => undefined);
      }
    },
  };
}

function newEntry(): Entry {
  return { addresses: [], good_until_ms: 0, failure: undefined, asking: undefined, turn: 0 };
}

function ask(name: string, entry: Entry, { clock, resolve }: Tools): Promise<Entry> {
  entry.asking ??= resolve(name)
    .then(({ addresses, ttl_ms }) => {
      entry.addresses = addresses;
      entry.failure = undefined;
      entry.good_until_ms = clock.now() + believedFor(ttl_ms);
      return entry;
    })
    .catch((error: unknown) => {
      // A resolver that is away for a moment is no reason to stop, but nothing is believed for ever.
      if (entry.addresses.length > 0 && clock.now() < entry.good_until_ms + LIMITS.name_stale_ms_max) return entry;
      entry.addresses = [];
      entry.failure = { error, until_ms: clock.now() + LIMITS.name_failed_ms };
      throw error;
    })
    .finally(() => {
      entry.asking = undefined;
    });
  return entry.asking;
}

function isGood({ addresses, good_until_ms }: Entry, clock: Clock): boolean {
  return addresses.length > 0 && clock.now() < good_until_ms;
}

/** All addresses, another one first each time. */
function inTurn(entry: Entry): Address[] {
  const { addresses } = entry;
  const from = entry.turn++ % addresses.length;
  return [...addresses.slice(from), ...addresses.slice(0, from)];
}

function believedFor(ttl_ms: number | undefined): number {
  const { name_ttl_ms_min, name_ttl_ms_max, name_ttl_ms_default } = LIMITS;
  return Math.min(name_ttl_ms_max, Math.max(name_ttl_ms_min, ttl_ms ?? name_ttl_ms_default));
}
