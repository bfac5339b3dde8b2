// An issue that nobody reported: somebody of the team saw it.
import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createIssue } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SeverityField } from "../../parts/severity-field.tsx";
import { useUndo } from "../../parts/undo.tsx";

export function NewIssue({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const navigate = useNavigate();
  const [title, setTitle] = useState("");
  const [severity, setSeverity] = useState(3);
  async function create(): Promise<void> {
    const issue = await createIssue(workspace, { title: title.trim(), severity, feedback: [] });
    did({ said: t("issues.made", { number: issue.number }) });
    refresh("issues");
    await navigate({ to: "/w/$workspace/issues/$id", params: { workspace, id: issue.id } });
  }
  return (
    <Dialog
      title={t("issues.newTitle")}
      deed={t("issues.new")}
      disabled={!title.trim()}
      onClose={onClose}
      onDo={create}
    >
      <TextInput
        label={t("issues.name")}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={200}
        data-autofocus
      />
      <SeverityField value={severity} onChange={setSeverity} />
    </Dialog>
  );
}
