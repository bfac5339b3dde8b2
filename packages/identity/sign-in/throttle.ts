// Slows down guessing: counts sign-in attempts by e-mail and address together, and by address alone, in fixed windows. Counted
// per process and in bounded memory; a success takes back what the pair had used.
import { type Clock, type Instant, LIMITS, Problem } from "@holdfast/base";

type Counter = { attempts: number; until: Instant };

export type Throttle = {
  /** Counts one attempt. Throws Problem("rate_limited"). Without an address all callers of the account share a counter. */
  count(email: string, address: string | undefined): void;
  succeeded(email: string, address: string | undefined): void;
};

export function createThrottle(clock: Clock): Throttle {
  const counters = new Map<string, Counter>();
  return {
    count: (email, address) => {
      const now = clock.now();
      refuse(countOne(counters, pairOf(email, address), now), LIMITS.sign_in_attempts_per_account, now);
      if (address !== undefined) refuse(countOne(counters, address, now), LIMITS.sign_in_attempts_per_address, now);
    },
    succeeded: (email, address) => void counters.delete(pairOf(email, address)),
  };
}

function pairOf(email: string, address: string | undefined): string {
  return `${address ?? ""} ${email}`;
}

/** A map remembers in which order its entries came, so the first one is the oldest. */
function countOne(counters: Map<string, Counter>, key: string, now: Instant): Counter {
  const known = counters.get(key);
  const counter = known && known.until > now ? known : { attempts: 0, until: now + LIMITS.sign_in_window_ms };
  counter.attempts++;
  counters.delete(key);
  counters.set(key, counter);
  if (counters.size > LIMITS.sign_in_counters_max) counters.delete(counters.keys().next().value as string);
  return counter;
}

function refuse({ attempts, until }: Counter, most: number, now: Instant): void {
  if (attempts <= most) return;
  const minutes = Math.ceil((until - now) / 60_000);
  throw new Problem("rate_limited", { detail: `Too many sign-in attempts; try again in ${minutes} min` });
}
