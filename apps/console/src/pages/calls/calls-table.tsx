// Calls in rows. A failure is red only where somebody of ours is to blame.
import { useTranslation } from "react-i18next";
import type { CallRecord } from "../../api/types.ts";
import { bytes, duration } from "../../format/numbers.ts";
import { clockSeconds, moment } from "../../format/times.ts";
import { useOutcome } from "../../parts/outcome.ts";
import { releaseName } from "../../parts/subject.ts";
import table from "../../parts/table.module.css";
import styles from "./calls.module.css";
import { isFailure } from "./failure.ts";

type Props = { calls: CallRecord[]; selected: string | undefined; onOpen: (id: string) => void };

function when(at: number): string {
  return new Date(at).toDateString() === new Date().toDateString() ? clockSeconds(at) : moment(at);
}

function CallRow({ call, selected, onOpen }: { call: CallRecord; selected: boolean; onOpen: () => void }) {
  const outcome = useOutcome();
  const failed = isFailure(call);
  return (
    <tr data-row={call.id} aria-selected={selected} onClick={onOpen}>
      <td className={table.time}>{when(call.at)}</td>
      <td className={`${table.mono} ${table.wide} ${styles.callCell}`}>
        {call.method} {call.path}
      </td>
      <td className={`${table.figure} ${failed ? table.bad : ""}`}>{call.status}</td>
      <td className={failed ? table.bad : table.quiet}>{outcome(call.outcome)}</td>
      <td className={`${table.mono} ${table.quiet}`}>{releaseName(call.subject, call.release)}</td>
      <td className={table.quiet}>{call.consumer}</td>
      <td className={table.figure}>{duration(call.duration_us)}</td>
      <td className={`${table.figure} ${table.quiet}`}>{bytes(call.response_bytes)}</td>
    </tr>
  );
}

export function CallsTable({ calls, selected, onOpen }: Props) {
  const { t } = useTranslation();
  if (calls.length === 0) return <p className={styles.empty}>{t("calls.empty")}</p>;
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t("calls.table.at")}</th>
            <th>{t("calls.table.call")}</th>
            <th className={table.figure}>{t("calls.table.status")}</th>
            <th>{t("calls.table.outcome")}</th>
            <th>{t("calls.table.release")}</th>
            <th>{t("calls.table.consumer")}</th>
            <th className={table.figure}>{t("calls.table.duration")}</th>
            <th className={table.figure}>{t("calls.table.size")}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <CallRow key={call.id} call={call} selected={call.id === selected} onOpen={() => onOpen(call.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
