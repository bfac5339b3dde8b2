// What explains a voice: its calls by reference, the change just before, the issue it belongs to. Nothing is guessed from wording.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { tideQuery } from "../../api/reads.ts";
import type { Feedback, IssueDetail, LinkedCall, Tide } from "../../api/types.ts";
import { clockSeconds, span, withTimes } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import { useOutcome } from "../../parts/outcome.ts";
import table from "../../parts/table.module.css";
import { changeBefore } from "./change-before.ts";
import styles from "./inbox.module.css";

type Props = {
  voice: Feedback;
  issue: IssueDetail | undefined;
  workspace: string;
  window: { from: number; until: number };
};

function Row({ chip, what, why, end }: { chip: ReactNode; what: string; why: string; end: ReactNode }) {
  return (
    <tr>
      <td>{chip}</td>
      <td className={`${table.mono} ${styles.cut}`} title={what}>
        {what}
      </td>
      <td className={`${table.quiet} ${styles.cut}`} title={why}>
        {why}
      </td>
      <td className={styles.rowLink}>{end}</td>
    </tr>
  );
}

function CallRow({ call, workspace }: { call: LinkedCall; workspace: string }) {
  const { t } = useTranslation();
  const outcome = useOutcome();
  if (!call.found || call.at === null) {
    return (
      <Row
        chip={<Chip tone="calls">{t("inbox.explains.call")}</Chip>}
        what={call.call_id}
        why={t("inbox.explains.notFound")}
        end=""
      />
    );
  }
  const facts = t("inbox.explains.callFacts", { time: clockSeconds(call.at), outcome: outcome(call.outcome ?? "") });
  return (
    <Row
      chip={<Chip tone="calls">{t("inbox.explains.call")}</Chip>}
      what={`${call.method} ${call.path} → ${call.status}`}
      why={facts}
      end={
        <Link className={styles.callLink} to="/w/$workspace/calls/$id" params={{ workspace, id: call.call_id }}>
          {t("inbox.explains.open")}
        </Link>
      }
    />
  );
}

function ChangeRow({
  change,
  call,
  workspace,
}: {
  change: Tide["changes"][number];
  call: LinkedCall;
  workspace: string;
}) {
  const { t } = useTranslation();
  const ago = span((call.at ?? change.at) - change.at);
  return (
    <Row
      chip={<Chip>{t("inbox.explains.change")}</Chip>}
      what={withTimes(change.label)}
      why={t(call.failed ? "inbox.explains.before" : "inbox.explains.beforeOk", { span: ago })}
      end={
        <Link to="/w/$workspace/releases" params={{ workspace }} search={{ subject: call.subject ?? undefined }}>
          {t("inbox.explains.see")}
        </Link>
      }
    />
  );
}

function IssueRows({ issue, voice, workspace }: { issue: IssueDetail; voice: Feedback; workspace: string }) {
  const { t } = useTranslation();
  const link = (words: string, style: string | undefined) => (
    <Link className={style} to="/w/$workspace/issues/$id" params={{ workspace, id: issue.id }}>
      {words}
    </Link>
  );
  const others = issue.voices - 1;
  return (
    <>
      <Row
        chip={<Chip>{t("inbox.explains.issue")}</Chip>}
        what={`${issue.number} ${issue.title}`}
        why={voice.joined_because === null ? "" : withTimes(voice.joined_because)}
        end={link(t("inbox.explains.open"), undefined)}
      />
      {others > 0 && (
        <Row
          chip={<Chip tone="voices">{t("inbox.explains.voices", { count: others })}</Chip>}
          what={t("inbox.explains.share")}
          why=""
          end={link(t("inbox.explains.read"), styles.voiceLink)}
        />
      )}
    </>
  );
}

export function Explains({ voice, issue, workspace, window }: Props) {
  const { t } = useTranslation();
  const call = voice.calls.find((each) => each.failed) ?? voice.calls.find((each) => each.found);
  const tide = useQuery({
    ...tideQuery(workspace, { ...(call?.subject ? { subject: call.subject } : {}), ...window }),
    enabled: call !== undefined,
  });
  const change = call?.at && tide.data ? changeBefore(tide.data.changes, call.at) : undefined;
  const empty = voice.calls.length === 0 && !issue;
  return (
    <Card
      title={t("inbox.explains.title")}
      remark={voice.calls.length > 0 && t("inbox.explains.byReference")}
      flush={!empty}
    >
      {empty ? (
        <p className={styles.none}>{t("inbox.explains.none")}</p>
      ) : (
        <div className={table.scroll}>
          <table className={`${table.table} ${styles.explains}`}>
            <colgroup>
              <col className={styles.chipColumn} />
              <col />
              <col />
              <col className={styles.linkColumn} />
            </colgroup>
            <tbody>
              {voice.calls.map((each) => (
                <CallRow key={each.call_id} call={each} workspace={workspace} />
              ))}
              {change && call && <ChangeRow change={change} call={call} workspace={workspace} />}
              {issue && <IssueRows issue={issue} voice={voice} workspace={workspace} />}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
