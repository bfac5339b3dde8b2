// How long a job waits before it is tried again.

const LONGEST_MS = 15 * 60_000;
/** A record is on its way for some hundred milliseconds, so the first look again is quick. */
const LATER_FIRST_MS = 250;
const LATER_BASE_MS = 500;
const FAILED_BASE_MS = 2_000;

/**
 * Milliseconds; `attempts` counts the one that just ended. Doubles each time up to 15 minutes: 250 ms, 1 s, 2 s, 4 s … when it
 * was too early, 2 s, 4 s, 8 s … after a failure. `random` in [0, 1) spreads failures over half to one and a half of that,
 * so that jobs which failed together do not come back together.
 */
export function pauseAfter(attempts: number, outcome: "later" | "failed", random: number): number {
  if (outcome === "later") return attempts <= 1 ? LATER_FIRST_MS : doubled(LATER_BASE_MS, attempts);
  return Math.round(doubled(FAILED_BASE_MS, attempts) * (0.5 + random));
}

function doubled(base_ms: number, attempts: number): number {
  return Math.min(LONGEST_MS, base_ms * 2 ** (attempts - 1));
}
