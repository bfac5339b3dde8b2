// Settings as the file that would say the same. They are applied whole or not at all.
import { Button, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { applySettings, checkSettings } from "../../api/acts.ts";
import { problemOf } from "../../api/problem.ts";
import { settingsQuery } from "../../api/reads.ts";
import type { FieldProblem, SettingsView } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Answer } from "../../parts/page.tsx";
import { FieldProblems, ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useUndo } from "../../parts/undo.tsx";
import styles from "./settings.module.css";

type Checked =
  | { state: "unchecked" }
  | { state: "checked"; problems: FieldProblem[] }
  | { state: "failed"; error: unknown };

function Summary({ view }: { view: SettingsView }) {
  const { t } = useTranslation();
  if (view.source === "none") return <Answer title={t("settings.file.answer.none")} />;
  const runs = t("settings.file.answer.runs", {
    version: view.version,
    plan: view.plan,
    time: moment(view.applied_at ?? 0),
  });
  const refused = view.problems.length > 0 && t("settings.file.answer.refused", { count: view.problems.length });
  return (
    <Answer title={runs}>
      {refused} {view.source === "file" && t("settings.file.answer.governed")}
    </Answer>
  );
}

function Verdict({ checked }: { checked: Checked }) {
  const { t } = useTranslation();
  if (checked.state === "unchecked") return null;
  if (checked.state === "failed") return <ProblemNote error={checked.error} />;
  if (checked.problems.length === 0) return <p role="status">{t("settings.file.fine")}</p>;
  return <FieldProblems problems={checked.problems} />;
}

/** Problems of a refused document are shown like those of a check. */
function verdictOf(error: unknown): Checked {
  const problem = problemOf(error);
  return problem.code === "settings_invalid"
    ? { state: "checked", problems: problem.errors ?? [] }
    : { state: "failed", error };
}

function Editor({ view, workspace, admin }: { view: SettingsView; workspace: string; admin: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { did } = useUndo();
  const [draft, setDraft] = useState<string>();
  const [checked, setChecked] = useState<Checked>({ state: "unchecked" });
  const [busy, setBusy] = useState(false);
  const text = draft ?? view.text;
  const writable = admin && view.source !== "file";
  function run(work: () => Promise<Checked>): void {
    setBusy(true);
    work()
      .then(setChecked, (error: unknown) => setChecked(verdictOf(error)))
      .finally(() => setBusy(false));
  }
  const check = () =>
    run(async () => ({ state: "checked", problems: (await checkSettings(workspace, text)).problems }));
  const apply = () =>
    run(async () => {
      const applied = await applySettings(workspace, text);
      client.setQueryData(settingsQuery(workspace).queryKey, applied);
      setDraft(undefined);
      did({ said: t("settings.file.applied", { version: applied.version }) });
      return { state: "unchecked" };
    });
  return (
    <Card title={t("settings.file.label")} remark={t("settings.file.hint")}>
      <Textarea
        aria-label={t("settings.file.label")}
        classNames={{ input: styles.code ?? "" }}
        value={text}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
          setChecked({ state: "unchecked" });
        }}
        readOnly={!writable}
        rows={28}
        spellCheck={false}
      />
      <Verdict
        checked={
          checked.state === "unchecked" && view.problems.length > 0
            ? { state: "checked", problems: view.problems }
            : checked
        }
      />
      {writable && (
        <div className={styles.buttons}>
          <Act keys="e" label={t("settings.file.check")} onRun={check} busy={busy} />
          <Button variant="filled" onClick={apply} loading={busy} disabled={draft === undefined}>
            {t("settings.file.apply")}
          </Button>
          {draft !== undefined && <Button onClick={() => setDraft(undefined)}>{t("settings.file.reset")}</Button>}
        </div>
      )}
    </Card>
  );
}

export function FileTab({ workspace, admin }: { workspace: string; admin: boolean }) {
  const settings = useQuery(settingsQuery(workspace));
  if (settings.error && !settings.data)
    return <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <Reading />;
  return (
    <>
      <Summary view={settings.data} />
      <Editor view={settings.data} workspace={workspace} admin={admin} />
    </>
  );
}
