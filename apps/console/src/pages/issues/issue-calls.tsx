// The calls that the reports carried: the exact requests that people speak of.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IssueDetail, LinkedCall } from "../../api/types.ts";
import { duration } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { useOutcome } from "../../parts/outcome.ts";
import table from "../../parts/table.module.css";
import styles from "./issues.module.css";

function CallRow({ call, workspace }: { call: LinkedCall; workspace: string }) {
  const outcome = useOutcome();
  return (
    <tr>
      <td className={table.time}>{call.at === null ? "" : moment(call.at)}</td>
      <td className={`${table.mono} ${table.wide}`}>
        <Link className={styles.callLink} to="/w/$workspace/calls/$id" params={{ workspace, id: call.call_id }}>
          {call.method} {call.path} → {call.status}
        </Link>
      </td>
      <td className={call.failed ? table.bad : table.quiet}>{outcome(call.outcome ?? "")}</td>
      <td className={table.figure}>{call.duration_us === null ? "" : duration(call.duration_us)}</td>
    </tr>
  );
}

export function IssueCalls({ issue, workspace }: { issue: IssueDetail; workspace: string }) {
  const { t } = useTranslation();
  const found = issue.feedback.flatMap((voice) => voice.calls).filter((call) => call.found);
  const calls = [...new Map(found.map((call) => [call.call_id, call])).values()];
  return (
    <Card title={t("issues.calls.title")} remark={calls.length || undefined} flush={calls.length > 0}>
      {calls.length === 0 ? (
        <p className={styles.quiet}>{t("issues.calls.none")}</p>
      ) : (
        <div className={table.scroll}>
          <table className={table.table}>
            <tbody>
              {calls.map((call) => (
                <CallRow key={call.call_id} call={call} workspace={workspace} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
