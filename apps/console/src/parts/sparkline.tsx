// An hour in a table cell: the line breaks where nothing was called.
import { sparkPaths } from "./spark-path.ts";
import styles from "./sparkline.module.css";

const width = 120;
const height = 20;

export function Sparkline({ values, label }: { values: (number | null)[]; label: string }) {
  return (
    <svg
      className={styles.spark}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {sparkPaths(values, { width, height }).map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
