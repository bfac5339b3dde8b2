// Numbers and names as people read them in sentences that the product writes: findings, reasons, timelines.

const COUNT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** 2104 → "2,104". */
export function presentCount(count: number): string {
  return COUNT.format(count);
}

/** "1 call", "2,104 calls". */
export function presentMany(count: number, one: string, many: string = `${one}s`): string {
  return `${presentCount(count)} ${count === 1 ? one : many}`;
}

const UNITS: readonly [string, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** A length of time in the largest unit that it is a whole number of: "1 minute", "90 seconds", "1,500 ms". */
export function presentWindow(window_ms: number): string {
  for (const [unit, unit_ms] of UNITS) if (window_ms % unit_ms === 0) return presentMany(window_ms / unit_ms, unit);
  return `${presentCount(window_ms)} ms`;
}

/** 0.102 → "10.2 %", 0.0061 → "0.61 %": two decimals below 1 %, one below 100 %. */
export function presentShare(share: number): string {
  const percent = share * 100;
  const decimals = percent > 0 && percent < 0.995 ? 2 : 1;
  return `${Number(percent.toFixed(decimals))} %`;
}

/** "routes.orders" and "v2" → "orders@v2": the way people speak of a release. */
export function presentRelease(subject: string, release: string | null): string {
  const name = subject.slice(subject.indexOf(".") + 1);
  return release === null ? name : `${name}@${release}`;
}
