// The question before a rollback: what moves, and why.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Subject } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MoveSentence } from "./move-sentence.tsx";
import { useTraffic } from "./use-traffic.ts";
import { allOn, weightsOf } from "./weights.ts";
import { WhyField } from "./why-field.tsx";

type Props = {
  subject: Subject;
  release: string;
  issue_id?: string;
  why?: string;
  workspace: string;
  onClose: () => void;
};

export function RollBack({ subject, release, issue_id, why: first = "", workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { shift } = useTraffic(workspace);
  const [why, setWhy] = useState(first);
  const before = weightsOf(subject);
  const roll = () =>
    shift(subject.subject, { roll_back_to: release, why: why.trim(), ...(issue_id === undefined ? {} : { issue_id }) });
  return (
    <Dialog
      title={t("releases.dialog.backTitle", { name: subject.name, release })}
      deed={t("releases.dialog.deedBack")}
      undoesHarm
      disabled={why.trim() === ""}
      onClose={onClose}
      onDo={roll}
    >
      <MoveSentence name={subject.name} before={before} after={allOn(before, release)} />
      {subject.pick.some((rule) => rule.release !== release) && <p>{t("releases.dialog.backRules", { release })}</p>}
      <WhyField why={why} onWhy={setWhy} first />
    </Dialog>
  );
}
