// A launch planned in the console. What it can say is what the settings file can say.
import { NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createLaunch } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";
import { draftInput, emptyDraft, isComplete, type LaunchDraft } from "./draft.ts";
import styles from "./launch.module.css";

export function PlanLaunch({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const [draft, setDraft] = useState<LaunchDraft>(() => emptyDraft(Date.now()));
  const text = (name: "name" | "routes" | "models" | "from" | "until") => ({
    label: t(`launch.plan.${name}`),
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setDraft((before) => ({ ...before, [name]: value }));
    },
  });
  const figure = (name: "days" | "errors" | "over") => ({
    label: t(`launch.plan.${name}`),
    value: draft[name],
    min: 0,
    onChange: (value: number | string) => setDraft((before) => ({ ...before, [name]: Number(value) })),
  });
  async function plan(): Promise<void> {
    const launch = await createLaunch(workspace, draftInput(draft));
    did({ said: t("launch.plan.did", { name: launch.name }) });
    refresh("launches");
  }
  return (
    <Dialog
      title={t("launch.plan.title")}
      deed={t("launch.plan.deed")}
      disabled={!isComplete(draft)}
      onClose={onClose}
      onDo={plan}
    >
      <TextInput {...text("name")} description={t("launch.plan.nameHint")} data-autofocus />
      <div className={styles.pair}>
        <TextInput type="date" {...text("from")} />
        <TextInput type="date" {...text("until")} />
      </div>
      <TextInput {...text("routes")} />
      <TextInput {...text("models")} />
      <NumberInput {...figure("days")} />
      <div className={styles.pair}>
        <NumberInput {...figure("errors")} step={0.1} />
        <NumberInput {...figure("over")} />
      </div>
    </Dialog>
  );
}
