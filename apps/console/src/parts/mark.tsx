// How urgent something is, by shape as well as by colour: square red, triangle amber, faint square for the rest.
import { useTranslation } from "react-i18next";
import styles from "./mark.module.css";

export type Level = "quiet" | "warn" | "bad";

export function LevelMark({ level }: { level: Level }) {
  const { t } = useTranslation();
  return <span className={`${styles.mark} ${styles[level]}`} role="img" aria-label={t(`level.${level}`)} />;
}

export type CriterionMark = "holds" | "not_yet" | "broken" | "unknown";

/** Holds: a tick; not yet: a ring; broken: a square; unknown: a broken ring. */
export function StateMark({ state, label }: { state: CriterionMark; label: string }) {
  return (
    <svg
      className={`${styles.state} ${styles[state]}`}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      role="img"
      aria-label={label}
    >
      {state === "holds" && <path d="M2 6.5 4.8 9.2 10 3.2" />}
      {state === "not_yet" && <circle cx="6" cy="6" r="4.25" />}
      {state === "unknown" && <circle cx="6" cy="6" r="4.25" strokeDasharray="2 2" />}
      {state === "broken" && <rect x="1.5" y="1.5" width="9" height="9" rx="1" />}
    </svg>
  );
}

/** Before a report in a list: red and closed when a call of it failed, else a grey ring. */
export function VoiceMark({ failed, label }: { failed: boolean; label: string }) {
  return (
    <svg
      className={`${styles.voice} ${failed ? styles.voiceFailed : ""}`}
      width="14"
      height="14"
      viewBox="0 0 14 14"
      role="img"
      aria-label={label}
    >
      <circle cx="7" cy="7" r="5.5" />
      {failed && <circle className={styles.core} cx="7" cy="7" r="2" />}
    </svg>
  );
}
