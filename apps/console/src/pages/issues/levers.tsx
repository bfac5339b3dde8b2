// What can be moved about an issue's traffic, and what was moved already.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IssueDetail, Subject } from "../../api/types.ts";
import { share } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { useActionWords } from "../../traffic/action-words.ts";
import { RollBack } from "../../traffic/roll-back.tsx";
import { allOn, moveBetween, wayBack, weightsOf } from "../../traffic/weights.ts";
import styles from "./issues.module.css";

type Props = { issue: IssueDetail; subject: Subject | undefined; workspace: string };

function Guard({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const guard = subject.rollback;
  if (!guard) return null;
  return (
    <p className={styles.quiet}>
      {guard.automatic
        ? t("issues.levers.byItself", { share: share(guard.error_ratio_over), calls: guard.least_calls })
        : t("issues.levers.byHand", { name: subject.name })}
    </p>
  );
}

function BackLever({ issue, subject, workspace }: { issue: IssueDetail; subject: Subject; workspace: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const release = wayBack(subject);
  if (release === undefined) return null;
  const before = weightsOf(subject);
  const { moved } = moveBetween(before, allOn(before, release));
  if (moved === 0) return <p className={styles.quiet}>{t("issues.levers.none", { release })}</p>;
  return (
    <div className={styles.lever}>
      <Act
        keys="b"
        label={t("issues.levers.back", { name: subject.name, release })}
        kind="undoes-harm"
        onRun={() => setAsking(true)}
      />
      <span className={styles.quiet}>{t("issues.levers.moves", { share: share(moved) })}</span>
      {asking && (
        <RollBack
          subject={subject}
          release={release}
          issue_id={issue.id}
          why={`#${issue.number} ${issue.title}`}
          workspace={workspace}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

export function Levers({ issue, subject, workspace }: Props) {
  const { t } = useTranslation();
  const actionWords = useActionWords();
  return (
    <Card title={t("issues.levers.title")}>
      {subject ? (
        <>
          <BackLever issue={issue} subject={subject} workspace={workspace} />
          <Guard subject={subject} />
        </>
      ) : (
        <p className={styles.quiet}>{t("issues.levers.noSubject")}</p>
      )}
      {issue.actions.length > 0 && (
        <ul className={styles.done}>
          {issue.actions.map((action) => (
            <li key={action.id}>
              <span className={styles.quiet}>{moment(action.at)}</span> {actionWords(action)}{" "}
              <span className={styles.quiet}>
                {action.actor.name}: {action.why}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
