// A refusal or failure in calm words: what happened, why, what to do; each broken field on a line of its own.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { problemOf } from "../api/problem.ts";
import type { FieldProblem } from "../api/types.ts";
import styles from "./problem-note.module.css";

export function FieldProblems({ problems }: { problems: FieldProblem[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.fields}>
      {problems.map((problem) => (
        <li key={`${problem.line}${problem.path}${problem.message}`}>
          {problem.line !== undefined && (
            <span className={styles.line}>{t("problem.line", { line: problem.line })}</span>
          )}
          <code>{problem.path}</code> {problem.message}
          {problem.suggestion && <span className={styles.suggestion}> {problem.suggestion}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Details come from many places, some without their full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `brief` leaves out the advice, where the page itself says what to do. */
export function ProblemNote({
  error,
  onRetry,
  brief = false,
}: {
  error: unknown;
  onRetry?: () => void;
  brief?: boolean;
}) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  return (
    <div className={styles.note} role="alert">
      <b>{sentence(problem.title)}</b> {problem.detail && <span>{sentence(problem.detail)} </span>}
      {!brief && <span className={styles.advice}>{problem.advice}</span>}
      {problem.errors && problem.errors.length > 0 && <FieldProblems problems={problem.errors} />}
      {!brief && problem.request_id && <code className={styles.id}>{problem.request_id}</code>}
      {onRetry && (
        <div className={styles.again}>
          <Button onClick={onRetry}>{t("problem.again")}</Button>
        </div>
      )}
    </div>
  );
}
