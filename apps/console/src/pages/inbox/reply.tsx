// An answer to the reporter. It goes through the issue, so that everyone who reported the same hears the same.
import { Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patchIssue } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { Feedback, Issue, IssueStatus } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { needsReason, nextStatus, statusesAfter } from "../../parts/issue-status.ts";
import { useUndo } from "../../parts/undo.tsx";
import styles from "./inbox.module.css";

type Props = {
  voice: Feedback;
  issue: Pick<Issue, "id" | "number" | "status">;
  workspace: string;
  onClose: () => void;
};

export function Reply({ voice, issue, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const [status, setStatus] = useState<IssueStatus>(nextStatus(issue.status));
  const [words, setWords] = useState("");
  async function tell(): Promise<void> {
    const reason = needsReason(status) ? { reason: words.trim() } : {};
    await patchIssue(workspace, issue.id, { status, ...reason, ...(words.trim() ? { tell: words.trim() } : {}) });
    did({ said: t("inbox.reply.sent", { number: issue.number }) });
    refresh("issues", "feedback");
  }
  const name = voice.reporter_name ?? t("voice.anonymous");
  return (
    <Dialog
      title={t("inbox.reply.title", { name })}
      deed={t("inbox.reply.deed")}
      disabled={words.trim() === ""}
      onClose={onClose}
      onDo={tell}
    >
      <p className={styles.note}>{t("inbox.reply.sentence", { number: issue.number })}</p>
      <Textarea
        label={t("inbox.reply.words")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        minRows={4}
        rows={4}
        maxLength={2000}
        data-autofocus
      />
      <Select
        label={t("inbox.reply.status")}
        data={statusesAfter(issue.status).map((each) => ({ value: each, label: t(`status.${each}`) }))}
        value={status}
        onChange={(value) => value && setStatus(value as IssueStatus)}
      />
    </Dialog>
  );
}
