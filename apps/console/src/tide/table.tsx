// The numbers behind the drawing, for whoever would rather read, or cannot see.
import { useTranslation } from "react-i18next";
import type { Tide } from "../api/types.ts";
import { count, ratio } from "../format/numbers.ts";
import { clock, clockSeconds, withTimes } from "../format/times.ts";
import table from "../parts/table.module.css";
import type { Lines } from "./model/lines.ts";
import { allReadings } from "./model/reading.ts";
import styles from "./tide.module.css";

export function TideTable({ tide, lines, height }: { tide: Tide; lines: Lines; height: number }) {
  const { t } = useTranslation();
  const time = tide.step_ms < 60_000 ? clockSeconds : clock;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={styles.tableScroll} style={{ height }} tabIndex={0} aria-label={t("tide.table")}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t("tide.time")}</th>
            {lines.lines.map((line) => (
              <th key={line.release} className={table.figure}>
                {t("tide.errorsOf", { release: line.release })}
              </th>
            ))}
            <th className={table.figure}>{t("tide.voices")}</th>
            <th>{t("tide.changes")}</th>
          </tr>
        </thead>
        <tbody>
          {allReadings(tide, lines).map((reading) => (
            <tr key={reading.from}>
              <td className={table.time}>{time(reading.from)}</td>
              {reading.lines.map((line) => (
                <td key={line.release} className={table.figure}>
                  {line.share === null
                    ? "–"
                    : t("tide.cell", {
                        share: ratio(line.share),
                        errors: count(line.errors),
                        calls: count(line.calls),
                      })}
                </td>
              ))}
              <td className={table.voices}>{reading.voices.length || ""}</td>
              <td>{reading.changes.map((change) => withTimes(change.label)).join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
