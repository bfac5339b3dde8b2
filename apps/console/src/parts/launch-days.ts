// Which day of its window a launch is in. Days are counted from its beginning, so that the first one is day 1.

const day_ms = 86_400_000;

export function dayOf(window: { from: number; until: number }, now: number): { day: number; days: number } {
  const days = Math.max(1, Math.ceil((window.until - window.from) / day_ms));
  const day = Math.floor((now - window.from) / day_ms) + 1;
  return { day: Math.min(days, Math.max(1, day)), days };
}
