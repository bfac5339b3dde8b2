// Exit criteria as lines: a shape for the state, how far it is, the figure, the state in a word.
import { useTranslation } from "react-i18next";
import type { CriterionState } from "../api/types.ts";
import { withTimes } from "../format/times.ts";
import styles from "./criteria.module.css";
import { StateMark } from "./mark.tsx";

function Criterion({ criterion }: { criterion: CriterionState }) {
  const { t } = useTranslation();
  const state = t(`now.state.${criterion.state}`);
  return (
    <li className={styles.row} title={withTimes(criterion.why)}>
      <StateMark state={criterion.state} label={state} />
      <span className={styles.label}>{criterion.label}</span>
      <span className={styles.bar} aria-hidden>
        <span className={styles[criterion.state]} style={{ width: `${Math.round(criterion.progress * 100)}%` }} />
      </span>
      <span className={styles.value}>{withTimes(criterion.value)}</span>
      <span className={styles.state}>{state}</span>
    </li>
  );
}

export function Criteria({ criteria }: { criteria: CriterionState[] }) {
  return (
    <ul className={styles.list}>
      {criteria.map((criterion) => (
        <Criterion key={criterion.name} criterion={criterion} />
      ))}
    </ul>
  );
}
