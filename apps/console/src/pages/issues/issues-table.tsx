// Issues in rows: how bad, where it stands, who has it, how many spoke.
import { useTranslation } from "react-i18next";
import type { Issue } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { SeverityChip } from "../../parts/severity-chip.tsx";
import { releaseName } from "../../parts/subject.ts";
import table from "../../parts/table.module.css";
import styles from "./issues.module.css";

type Props = { issues: Issue[]; selected: string | undefined; onOpen: (id: string) => void };

function IssueRow({ issue, selected, onOpen }: { issue: Issue; selected: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <tr data-row={issue.id} aria-selected={selected} onClick={onOpen}>
      <td className={`${table.figure} ${table.quiet}`}>{issue.number}</td>
      <td className={`${table.wide} ${table.strong} ${styles.titleCell}`}>{issue.title}</td>
      <td>
        <SeverityChip severity={issue.severity} short />
      </td>
      <td className={table.quiet}>{t(`status.${issue.status}`)}</td>
      <td className={`${table.mono} ${table.quiet}`}>{releaseName(issue.subject, issue.release)}</td>
      <td className={issue.owner ? "" : table.quiet}>{issue.owner?.name ?? t("nobody")}</td>
      <td className={table.voices}>{issue.voices || ""}</td>
      <td className={table.calls}>{issue.findings || ""}</td>
      <td className={`${table.figure} ${table.quiet}`}>{moment(issue.updated_at)}</td>
    </tr>
  );
}

export function IssuesTable({ issues, selected, onOpen }: Props) {
  const { t } = useTranslation();
  if (issues.length === 0) return <p className={styles.empty}>{t("issues.empty")}</p>;
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th className={table.figure}>{t("issues.table.number")}</th>
            <th>{t("issues.table.title")}</th>
            <th>{t("issues.table.severity")}</th>
            <th>{t("issues.table.status")}</th>
            <th>{t("issues.table.subject")}</th>
            <th>{t("issues.table.owner")}</th>
            <th className={table.figure}>{t("issues.table.voices")}</th>
            <th className={table.figure}>{t("issues.table.findings")}</th>
            <th className={table.figure}>{t("issues.table.updated")}</th>
          </tr>
        </thead>
        <tbody>
          {issues.map((issue) => (
            <IssueRow key={issue.id} issue={issue} selected={issue.id === selected} onOpen={() => onOpen(issue.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
