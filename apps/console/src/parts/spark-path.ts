// A sparkline as SVG paths, one for each stretch without a gap. The scale never enlarges noise: it shows at least 0 to 2 %.

const least_top = 0.02;
const inset_px = 2;

export function sparkPaths(values: readonly (number | null)[], size: { width: number; height: number }): string[] {
  const top = Math.max(least_top, ...values.map((value) => value ?? 0));
  const x = (index: number) => inset_px + (index / Math.max(1, values.length - 1)) * (size.width - 2 * inset_px);
  const y = (value: number) => size.height - inset_px - (value / top) * (size.height - 2 * inset_px);
  const paths: string[] = [];
  let path = "";
  values.forEach((value, index) => {
    if (value === null) {
      if (path) paths.push(path);
      path = "";
      return;
    }
    path += `${path ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    if (values[index + 1] === null && path.startsWith("M") && !path.includes("L")) path += "h0.01";
  });
  return path ? [...paths, path] : paths;
}
