// Routes and models, with the split of each as one bar.
import { useTranslation } from "react-i18next";
import type { Subject } from "../../api/types.ts";
import { share } from "../../format/numbers.ts";
import { OffChip } from "../../traffic/switch.tsx";
import styles from "./releases.module.css";

type Props = { subjects: Subject[]; selected: string; onSelect: (subject: string) => void };

function SplitBar({ subject }: { subject: Subject }) {
  return (
    <span className={styles.split} aria-hidden>
      {subject.releases.map((release) => (
        <span
          key={release.name}
          className={release.name === subject.rollback?.against ? styles.base : styles.other}
          style={{ flexGrow: release.weight }}
        />
      ))}
    </span>
  );
}

export function SubjectList({ subjects, selected, onSelect }: Props) {
  const { t } = useTranslation();
  return (
    <ul className={styles.list} aria-label={t("releases.list")}>
      {subjects.map((subject) => (
        <li key={subject.subject} data-row={subject.subject}>
          <button
            type="button"
            className={styles.row}
            aria-current={subject.subject === selected}
            onClick={() => onSelect(subject.subject)}
          >
            <span className={styles.rowName}>
              <span className={styles.rowTitle}>
                {subject.name} <OffChip of={subject} />
              </span>{" "}
              <span className={styles.kind}>{t(`releases.kind.${subject.kind}`)}</span>
            </span>
            <span className={styles.rowSplit}>
              {subject.releases.map((release) => `${release.name} ${share(release.weight)}`).join(" · ")}
            </span>
            <SplitBar subject={subject} />
          </button>
        </li>
      ))}
    </ul>
  );
}
