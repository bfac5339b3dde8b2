// An issue out of one voice. The title is the reporter's own until somebody knows better.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { makeIssue } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { Feedback } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SeverityField } from "../../parts/severity-field.tsx";
import { useUndo } from "../../parts/undo.tsx";
import { titleOf } from "../../parts/voice-title.ts";
import styles from "./inbox.module.css";

type Props = { voice: Feedback; workspace: string; onClose: () => void };

export function MakeIssue({ voice, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const [title, setTitle] = useState(() => titleOf(voice.message));
  const [severity, setSeverity] = useState(voice.calls.some((call) => call.failed) ? 2 : 3);
  async function make(): Promise<void> {
    const issue = await makeIssue(workspace, voice.id, { title: title.trim(), severity });
    did({ said: t("inbox.made", { number: issue.number }) });
    refresh("feedback", "issues");
  }
  return (
    <Dialog
      title={t("inbox.make.title")}
      deed={t("inbox.make.deed")}
      disabled={title.trim() === ""}
      onClose={onClose}
      onDo={make}
    >
      <TextInput
        label={t("inbox.make.name")}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={200}
        data-autofocus
      />
      <SeverityField value={severity} onChange={setSeverity} />
      <p className={styles.note}>{t("inbox.make.note")}</p>
    </Dialog>
  );
}
