// Every move of traffic on record: what, who or what, and why.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { actionsQuery } from "../../api/reads.ts";
import type { Action } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import table from "../../parts/table.module.css";
import { WideTable } from "../../parts/wide-table.tsx";
import { useActionWords } from "../../traffic/action-words.ts";
import styles from "./releases.module.css";

function ActionRow({ action }: { action: Action }) {
  const { t } = useTranslation();
  const actionWords = useActionWords();
  return (
    <tr className={action.undone_by ? styles.undone : ""}>
      <td className={table.time}>{moment(action.at)}</td>
      <td className={table.mono}>{actionWords(action)}</td>
      <td>{action.actor.name}</td>
      <td className={`${table.quiet} ${table.wide}`} title={action.why}>
        {action.why}
      </td>
      <td className={table.quiet}>{action.undone_by ? t("releases.history.undone") : ""}</td>
      <td className={`${table.figure} ${table.quiet}`}>{action.plan}</td>
    </tr>
  );
}

export function History({ workspace, subject }: { workspace: string; subject: string }) {
  const { t } = useTranslation();
  const actions = useQuery(actionsQuery(workspace));
  const own = actions.data?.filter((action) => action.subject === subject) ?? [];
  return (
    <Card title={t("releases.history.title")} flush={own.length > 0}>
      {own.length === 0 ? (
        <p className={styles.quiet}>{t("releases.history.none")}</p>
      ) : (
        <WideTable label={t("releases.history.title")}>
          <thead>
            <tr>
              <th>{t("releases.history.when")}</th>
              <th>{t("releases.history.what")}</th>
              <th>{t("releases.history.who")}</th>
              <th>{t("releases.history.why")}</th>
              <th aria-hidden />
              <th className={table.figure}>{t("releases.history.plan")}</th>
            </tr>
          </thead>
          <tbody>
            {own.map((action) => (
              <ActionRow key={action.id} action={action} />
            ))}
          </tbody>
        </WideTable>
      )}
    </Card>
  );
}
