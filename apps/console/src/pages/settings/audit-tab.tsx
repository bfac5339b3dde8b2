// Who changed what, newest first.
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { auditQuery } from "../../api/reads.ts";
import type { AuditEntry } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Answer } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import table from "../../parts/table.module.css";
import { plainWords } from "./plain-words.ts";
import styles from "./settings.module.css";

function detailOf(entry: AuditEntry): string {
  return plainWords(entry.detail);
}

function AuditTable({ entries }: { entries: AuditEntry[] }) {
  const { t } = useTranslation();
  return (
    <Card flush>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>{t("settings.audit.when")}</th>
              <th>{t("settings.audit.who")}</th>
              <th>{t("settings.audit.what")}</th>
              <th>{t("settings.audit.target")}</th>
              <th>{t("settings.audit.detail")}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <td className={table.time}>{moment(entry.at)}</td>
                <td>{entry.actor.name}</td>
                <td className={table.mono}>{entry.what}</td>
                <td className={`${table.mono} ${table.quiet}`}>{entry.target}</td>
                <td className={`${table.quiet} ${table.wide}`} title={detailOf(entry)}>
                  {detailOf(entry)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function AuditTab({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  const audit = useInfiniteQuery(auditQuery(workspace));
  if (audit.error && !audit.data) return <ProblemNote error={audit.error} onRetry={() => void audit.refetch()} />;
  if (!audit.data) return <Reading />;
  const entries = audit.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Answer title={t("settings.audit.answer")} />
      {entries.length === 0 ? (
        <p className={styles.quiet}>{t("settings.audit.none")}</p>
      ) : (
        <AuditTable entries={entries} />
      )}
      {audit.hasNextPage && (
        <div>
          <Button onClick={() => void audit.fetchNextPage()}>{t("more")}</Button>
        </div>
      )}
    </>
  );
}
