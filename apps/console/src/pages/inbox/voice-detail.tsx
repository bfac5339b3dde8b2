// One voice: the words, what explains them, the tide around them, and what can be done about it.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { issueQuery } from "../../api/reads.ts";
import type { Feedback } from "../../api/types.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import { spanAround } from "../../parts/span-around.ts";
import { useUndo } from "../../parts/undo.tsx";
import { VoiceQuote } from "../../parts/voice.tsx";
import { titleOf } from "../../parts/voice-title.ts";
import { TidePanel } from "../../tide/tide-panel.tsx";
import { Explains } from "./explains.tsx";
import styles from "./inbox.module.css";
import { MakeIssue } from "./make-issue.tsx";
import { Reply } from "./reply.tsx";
import { SameAs } from "./same-as.tsx";

type Props = { voice: Feedback; workspace: string };

function Chips({ voice, number }: { voice: Feedback; number: number | undefined }) {
  const { t } = useTranslation();
  return (
    <div className={styles.chips}>
      {voice.calls.some((call) => call.failed) && <Chip tone="bad">{t("inbox.chip.failed")}</Chip>}
      <Chip tone="voices">{t(`channel.${voice.channel}`)}</Chip>
      {voice.rating !== null && <Chip>{t("inbox.chip.rating", { rating: voice.rating })}</Chip>}
      {voice.category && <Chip>{t(`category.${voice.category}`)}</Chip>}
      {number !== undefined && <Chip>{t("inbox.chip.issue", { number })}</Chip>}
      <span className={styles.report}>{t("inbox.chip.report", { status: t(`status.${voice.status}`) })}</span>
    </div>
  );
}

/** The call that says most: a failed one, else the first that was found. */
function tellingCall(voice: Feedback) {
  return voice.calls.find((call) => call.failed) ?? voice.calls.find((call) => call.found);
}

type Step = "make" | "same" | "reply";

function Actions({ voice, onStep, workspace }: Props & { onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { back } = useUndo();
  const { issue_id } = voice;
  const openIssue = () => {
    if (issue_id !== null) void navigate({ to: "/w/$workspace/issues/$id", params: { workspace, id: issue_id } });
  };
  return (
    <div className={styles.actions}>
      {issue_id === null ? (
        <Act keys="a" label={t("inbox.act.make")} kind="primary" onRun={() => onStep("make")} />
      ) : (
        <Act keys="o" label={t("inbox.act.openIssue")} kind="primary" onRun={openIssue} />
      )}
      <Act keys="d" label={t("inbox.act.same")} onRun={() => onStep("same")} />
      <Act keys="r" label={t("inbox.act.reply")} onRun={() => onStep(issue_id === null ? "make" : "reply")} />
      <span className={styles.undo}>
        <Act keys="u" label={t("undo.last")} kind="quiet" onRun={back}>
          {t("undo.undo")}
        </Act>
      </span>
    </div>
  );
}

export function VoiceDetail({ voice, workspace }: Props) {
  const [step, setStep] = useState<Step>();
  const issue = useQuery({ ...issueQuery(workspace, voice.issue_id ?? ""), enabled: voice.issue_id !== null });
  const call = tellingCall(voice);
  const centre = call?.at ?? voice.created_at;
  const window = useMemo(() => spanAround(centre, Date.now()), [centre]);
  const close = () => setStep(undefined);
  return (
    <>
      <div className={styles.detailScroll}>
        <Chips voice={voice} number={issue.data?.number} />
        <h2 className={styles.title}>{titleOf(voice.message)}</h2>
        <VoiceQuote voice={voice} />
        <Explains voice={voice} issue={issue.data} workspace={workspace} window={window} />
        <Card>
          <TidePanel workspace={workspace} window={window} subject={call?.subject ?? undefined} height={212} />
        </Card>
      </div>
      <Actions voice={voice} workspace={workspace} onStep={setStep} />
      {step === "make" && <MakeIssue voice={voice} workspace={workspace} onClose={close} />}
      {step === "same" && <SameAs voice={voice} workspace={workspace} onClose={close} />}
      {step === "reply" && issue.data && (
        <Reply voice={voice} issue={issue.data} workspace={workspace} onClose={close} />
      )}
    </>
  );
}
