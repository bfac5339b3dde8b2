// Numbers as a reader wants them: a unit on each, figures that line up, a narrow gap that never breaks.

const gap = "\u00a0";
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function fixed(value: number, decimals: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** `1,240` */
export function count(value: number): string {
  return whole.format(value);
}

/** A measured share of 1, with the digits that it deserves: `0.42 %`, `10.2 %`. */
export function ratio(share: number): string {
  const percent = share * 100;
  return `${fixed(percent, percent < 10 ? 2 : percent < 99.95 ? 1 : 0)}${gap}%`;
}

/** A share of 1 that somebody set, without trailing zeros: `25 %`, `0.5 %`. */
export function share(value: number): string {
  return `${Number((value * 100).toFixed(1))}${gap}%`;
}

/** A duration in milliseconds only, for columns that are compared: `0.08 ms`, `1,193 ms`. */
export function milliseconds(micros: number): string {
  const ms = micros / 1000;
  if (ms > 0 && ms < 0.005) return `<${gap}0.01${gap}ms`;
  return `${ms < 10 ? fixed(ms, 2) : whole.format(ms)}${gap}ms`;
}

/** A duration in its own unit: `22 ms`, `1.9 s`, `4 min`. */
export function duration(micros: number): string {
  const ms = micros / 1000;
  if (ms < 1000) return milliseconds(micros);
  if (ms < 60_000) return `${fixed(ms / 1000, ms < 10_000 ? 1 : 0)}${gap}s`;
  return `${whole.format(ms / 60_000)}${gap}min`;
}

/** `0 B`, `1.2 KiB`, `3.4 MiB` */
export function bytes(value: number): string {
  if (value < 1024) return `${value}${gap}B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(value) / 10), units.length);
  return `${fixed(value / 1024 ** power, 1)}${gap}${units[power - 1]}`;
}

/** Billionths of a US dollar as dollars, with at least two figures that mean something. */
export function dollars(nano: number): string {
  const value = nano / 1e9;
  return `${value >= 1 || value === 0 ? fixed(value, 2) : Number(value.toPrecision(2))}${gap}USD`;
}
