// What detectors saw, with the counts and the test behind each sentence.
import { useTranslation } from "react-i18next";
import type { Finding, IssueDetail } from "../../api/types.ts";
import { count } from "../../format/numbers.ts";
import { moment, withTimes } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import styles from "./issues.module.css";

/** Small p-values say only that they are small. */
function pWords(p: number): string {
  return p < 0.0001 ? "< 0.0001" : `= ${p.toPrecision(2)}`;
}

function FindingLine({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  return (
    <li>
      <p>{withTimes(finding.sentence)}</p>
      <p className={styles.eventFacts}>
        {moment(finding.at)} ·{" "}
        {t("issues.findings.detail", {
          errors: count(finding.errors),
          calls: count(finding.calls),
          baseErrors: count(finding.baseline_errors),
          baseCalls: count(finding.baseline_calls),
          p: pWords(finding.p_value),
        })}
      </p>
    </li>
  );
}

export function Evidence({ issue }: { issue: IssueDetail }) {
  const { t } = useTranslation();
  const newest = [...issue.findings].sort((a, b) => b.at - a.at);
  return (
    <Card title={t("issues.findings.title")} remark={newest.length || undefined}>
      {newest.length === 0 && <p className={styles.quiet}>{t("issues.findings.none")}</p>}
      <ul className={styles.findings}>
        {newest.map((finding) => (
          <FindingLine key={finding.id} finding={finding} />
        ))}
      </ul>
    </Card>
  );
}
