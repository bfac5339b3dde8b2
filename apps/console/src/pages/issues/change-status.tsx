// A change of status, with the words that everyone who reported it will read.
import { Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Issue, IssueDetail } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { needsReason, nextStatus, statusesAfter } from "../../parts/issue-status.ts";
import styles from "./issues.module.css";
import { useIssueChange } from "./use-issue-change.ts";

type Props = { issue: IssueDetail; workspace: string; onClose: () => void };

export function ChangeStatus({ issue, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { move } = useIssueChange(issue, workspace);
  const [status, setStatus] = useState<Issue["status"]>(nextStatus(issue.status));
  const [reason, setReason] = useState("");
  const [words, setWords] = useState("");
  const withReason = needsReason(status);
  const change = () =>
    move({
      status,
      ...(withReason ? { reason: reason.trim() } : {}),
      ...(words.trim() ? { tell: words.trim() } : {}),
    });
  return (
    <Dialog
      title={t("issues.status.title")}
      deed={t("issues.status.deed")}
      disabled={withReason && reason.trim() === ""}
      onClose={onClose}
      onDo={change}
    >
      <Select
        label={t("issues.status.to")}
        data={statusesAfter(issue.status).map((each) => ({ value: each, label: t(`status.${each}`) }))}
        value={status}
        onChange={(value) => value && setStatus(value as Issue["status"])}
        data-autofocus
      />
      {withReason && (
        <Textarea
          label={t("issues.status.reason", { status: t(`status.${status}`) })}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          rows={2}
          maxLength={2000}
        />
      )}
      {issue.voices > 0 ? (
        <Textarea
          label={t("issues.status.words")}
          description={t("issues.status.wordsHint", { count: issue.voices })}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          rows={3}
          maxLength={2000}
        />
      ) : (
        <p className={styles.quiet}>{t("issues.status.nobody")}</p>
      )}
    </Dialog>
  );
}
