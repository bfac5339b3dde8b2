// The same thing as an issue that is already open: what shares its route and release comes first, nothing is merged by itself.
import { TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { makeIssue } from "../../api/acts.ts";
import { issuesQuery } from "../../api/reads.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { Feedback, Issue } from "../../api/types.ts";
import { Chip } from "../../parts/chip.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";
import styles from "./inbox.module.css";
import { rankIssues, sharesRelease } from "./rank-issues.ts";

type Props = { voice: Feedback; workspace: string; onClose: () => void };

const shown = 8;

function IssueChoice({
  issue,
  voice,
  chosen,
  onChoose,
}: {
  issue: Issue;
  voice: Feedback;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <label className={styles.choice} data-chosen={chosen}>
      <input type="radio" name="issue" checked={chosen} onChange={onChoose} />
      <span className={styles.choiceTitle}>
        {issue.number} {issue.title}
      </span>
      {sharesRelease(issue, voice) && <Chip tone="calls">{t("inbox.same.shared")}</Chip>}
      <Chip tone="voices">{t("voice.count", { count: issue.voices })}</Chip>
    </label>
  );
}

export function SameAs({ voice, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const issues = useInfiniteQuery(issuesQuery(workspace, { state: "open" }));
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<string>();
  const all = issues.data?.pages.flatMap((page) => page.items) ?? [];
  const fitting = rankIssues(all, voice, words).slice(0, shown);
  const picked = fitting.find((issue) => issue.id === chosen) ?? fitting[0];

  async function join(): Promise<void> {
    if (!picked) return;
    const before = voice.issue_id;
    const issue = await makeIssue(workspace, voice.id, { issue_id: picked.id });
    const said = t("inbox.joined", { number: issue.number });
    const undo = async () => {
      if (before !== null) await makeIssue(workspace, voice.id, { issue_id: before });
      refresh("feedback", "issues");
    };
    did(before === null ? { said } : { said, undo });
    refresh("feedback", "issues");
  }

  return (
    <Dialog
      title={t("inbox.same.title")}
      deed={t("inbox.same.deed")}
      disabled={!picked}
      size={560}
      onClose={onClose}
      onDo={join}
    >
      <TextInput
        aria-label={t("inbox.same.search")}
        placeholder={t("inbox.same.search")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        data-autofocus
      />
      <div className={styles.choices} role="radiogroup" aria-label={t("inbox.same.title")}>
        {fitting.length === 0 && <p className={styles.none}>{t("inbox.same.none")}</p>}
        {fitting.map((issue) => (
          <IssueChoice
            key={issue.id}
            issue={issue}
            voice={voice}
            chosen={issue.id === picked?.id}
            onChoose={() => setChosen(issue.id)}
          />
        ))}
      </div>
    </Dialog>
  );
}
