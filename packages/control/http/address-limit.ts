// How often one client address may send, in bounded memory: fixed windows of a minute.
import type { Clock } from "@holdfast/base";

const WINDOW_MS = 60_000;

export type AddressLimit = {
  /** False: this address has used up its minute. */
  take(address: string): boolean;
};

/**
 * With `addresses_max` addresses in one minute the oldest is forgotten, which may let it send more: memory is bounded
 * strictly, and the limit is against accidents and single senders, not against a botnet.
 */
export function createAddressLimit(clock: Clock, per_minute: number, addresses_max: number): AddressLimit {
  const windows = new Map<string, { from: number; taken: number }>();
  return {
    take(address) {
      const key = prefixOf(address);
      const now = clock.now();
      const known = windows.get(key);
      if (known && now - known.from < WINDOW_MS) return ++known.taken <= per_minute;
      windows.delete(key);
      windows.set(key, { from: now, taken: 1 });
      const [oldest] = windows.keys();
      if (windows.size > addresses_max && oldest !== undefined) windows.delete(oldest);
      return true;
    },
  };
}

/** A household or a machine holds a whole IPv6 /64, so that counts as one address. */
function prefixOf(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":");
  if (tail !== undefined) while (groups.length < 4) groups.push("0");
  return groups.slice(0, 4).join(":");
}
