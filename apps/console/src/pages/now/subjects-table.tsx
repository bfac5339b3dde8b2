// Every route and model in one line: who gets the traffic, how it goes, what people say.
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Overview } from "../../api/types.ts";
import { count, duration, ratio, share } from "../../format/numbers.ts";
import { Card } from "../../parts/card.tsx";
import { Sparkline } from "../../parts/sparkline.tsx";
import table from "../../parts/table.module.css";
import { OffChip } from "../../traffic/switch.tsx";
import styles from "./now.module.css";
import { totalsOf } from "./totals.ts";

type Row = Overview["subjects"][number];

function releasesOf(row: Row): string {
  return row.releases.map((release) => `${release.name} ${share(release.weight)}`).join("  ");
}

function SubjectRow({ row, onOpen }: { row: Row; onOpen: () => void }) {
  const { t } = useTranslation();
  const { errors, p50_us, p95_us, voices } = totalsOf(row.releases);
  const over = errors !== null && row.rollback !== null && errors > row.rollback.error_ratio_over;
  return (
    <tr data-row={row.subject} onClick={onOpen}>
      <td className={table.strong}>
        {row.name} <OffChip of={row} />
      </td>
      <td className={`${table.mono} ${table.quiet}`}>{releasesOf(row)}</td>
      <td className={table.figure}>{count(row.calls_per_minute)}</td>
      <td className={`${table.figure} ${over ? table.bad : ""}`}>{errors === null ? "–" : ratio(errors)}</td>
      <td className={table.figure}>{p50_us === null ? "–" : duration(p50_us)}</td>
      <td className={table.figure}>{p95_us === null ? "–" : duration(p95_us)}</td>
      <td className={table.voices}>{voices || ""}</td>
      <td>
        <Sparkline values={row.sparkline} label={t("now.sparkOf", { name: row.name })} />
      </td>
    </tr>
  );
}

export function SubjectsTable({ subjects, workspace }: { subjects: Row[]; workspace: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (subjects.length === 0) {
    return (
      <Card>
        <p className={styles.calm}>{t("now.noSubjects")}</p>
      </Card>
    );
  }
  return (
    <Card flush>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>{t("now.table.subject")}</th>
              <th>{t("now.table.releases")}</th>
              <th className={table.figure}>{t("now.table.calls")}</th>
              <th className={table.figure}>{t("now.table.errors")}</th>
              <th className={table.figure}>{t("now.table.p50")}</th>
              <th className={table.figure}>{t("now.table.p95")}</th>
              <th className={table.figure}>{t("now.table.voices")}</th>
              <th>{t("now.table.spark")}</th>
            </tr>
          </thead>
          <tbody>
            {subjects.map((row) => (
              <SubjectRow
                key={row.subject}
                row={row}
                onOpen={() =>
                  void navigate({
                    to: "/w/$workspace/releases",
                    params: { workspace },
                    search: { subject: row.subject },
                  })
                }
              />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
