// Who calls a route: the list to work off before it can be retired.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { callersQuery } from "../../api/reads.ts";
import type { Caller, RouteView } from "../../api/types.ts";
import { count, ratio } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import table from "../../parts/table.module.css";
import styles from "./routes.module.css";

function CallerRow({ caller: { consumer, network, calls, refused, errors, last_at } }: { caller: Caller }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td className={consumer === null ? "" : table.strong}>
        {consumer ?? (
          <>
            <span className={styles.mono}>{network ?? t("routes.callers.nowhere")}</span>{" "}
            <span className={styles.quiet}>{t("routes.callers.unknown")}</span>
          </>
        )}
      </td>
      <td className={table.figure}>{count(calls)}</td>
      <td className={table.figure}>{refused === 0 ? "" : count(refused)}</td>
      <td className={table.figure}>{errors === 0 ? "" : ratio(errors / calls)}</td>
      <td className={`${table.time} ${table.figure}`}>{moment(last_at)}</td>
    </tr>
  );
}

function CallersTable({ callers, more }: { callers: Caller[]; more: boolean }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no pointer scrolls a wide table with the arrow keys
    <section className={table.scroll} tabIndex={0} aria-label={t("routes.callers.title")}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t("routes.callers.caller")}</th>
            <th className={table.figure}>{t("routes.callers.calls")}</th>
            <th className={table.figure}>{t("routes.callers.refused")}</th>
            <th className={table.figure}>{t("routes.callers.errors")}</th>
            <th className={table.figure}>{t("routes.callers.last")}</th>
          </tr>
        </thead>
        <tbody>
          {callers.map((caller) => (
            <CallerRow key={`${caller.consumer} ${caller.network}`} caller={caller} />
          ))}
        </tbody>
      </table>
      {more && <p className={styles.more}>{t("routes.callers.more")}</p>}
    </section>
  );
}

export function CallersCard({ route, workspace }: { route: RouteView; workspace: string }) {
  const { t } = useTranslation();
  const callers = useQuery(callersQuery(workspace, route.name));
  const found = callers.data?.items ?? [];
  const nobody = route.state === "deprecated" ? t("routes.callers.noneLeft") : t("routes.callers.none");
  return (
    <Card title={t("routes.callers.title")} remark={t("routes.callers.window")} flush={found.length > 0}>
      {callers.isPending && <Reading />}
      {callers.error && !callers.data && <ProblemNote error={callers.error} onRetry={() => void callers.refetch()} />}
      {callers.data && found.length === 0 && <p className={styles.quiet}>{nobody}</p>}
      {found.length > 0 && <CallersTable callers={found} more={callers.data?.more ?? false} />}
    </Card>
  );
}
