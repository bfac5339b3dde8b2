// A bounded memory of what was found out about credentials: each entry has an end, and the oldest goes when there is no room.
import { createHmac, hash, randomBytes } from "node:crypto";

export type Remembered<Value> = {
  get(key: string, now_ms: number): Value | undefined;
  set(key: string, value: Value, until_ms: number): void;
  clear(): void;
};

export function remembered<Value>(entries_max: number): Remembered<Value> {
  const entries = new Map<string, { value: Value; until_ms: number }>();
  return {
    get(key, now_ms) {
      const found = entries.get(key);
      if (!found || now_ms < found.until_ms) return found?.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value, until_ms) {
      entries.delete(key);
      if (entries.size >= entries_max) entries.delete(entries.keys().next().value as string);
      entries.set(key, { value, until_ms });
    },
    clear: () => entries.clear(),
  };
}

/** What a token is remembered by: tokens have enough entropy that their hash gives nothing away. */
export function tokenKey(token: string): string {
  return hash("sha256", token, "base64");
}

const OWN_KEY = randomBytes(32);

/** What a password is remembered by: under a key of this thread, because a plain hash of a password could be guessed. */
export function passwordKey(user: string, password: string): string {
  return createHmac("sha256", OWN_KEY).update(`${user}:${password}`).digest("base64");
}
