// What many looks at a process amount to. Pure.

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** In the order in which they came, each of them whole parts of a quarter of all. */
export function quartersOf<T>(values: readonly T[]): T[][] {
  const cut = (quarter: number): number => Math.floor((values.length * quarter) / 4);
  return [0, 1, 2, 3].map((quarter) => values.slice(cut(quarter), cut(quarter + 1)));
}

/** Of the straight line that is nearest by least squares: how much `y` grows while `x` grows by one. */
export function slopeOf(points: readonly { x: number; y: number }[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mean_x, mean_y] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const together = points.reduce((sum, { x, y }) => sum + (x - mean_x) * (y - mean_y), 0);
  return together / points.reduce((sum, { x }) => sum + (x - mean_x) ** 2, 0);
}
