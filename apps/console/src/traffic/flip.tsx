// Blue/green: everything to one release, and back, while rules stay in force.
import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Subject } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MoveSentence } from "./move-sentence.tsx";
import { useTraffic } from "./use-traffic.ts";
import { allOn, flipTargets, weightsOf } from "./weights.ts";
import { WhyField } from "./why-field.tsx";

type Props = { subject: Subject; workspace: string; onClose: () => void };

export function Flip({ subject, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { shift } = useTraffic(workspace);
  const targets = flipTargets(subject);
  const [release, setRelease] = useState(targets[0] ?? "");
  const [why, setWhy] = useState("");
  const before = weightsOf(subject);
  return (
    <Dialog
      title={t("releases.dialog.flipTitle", { name: subject.name })}
      deed={t("releases.dialog.deedFlip")}
      disabled={release === "" || why.trim() === ""}
      onClose={onClose}
      onDo={() => shift(subject.subject, { flip_to: release, why: why.trim() })}
    >
      <NativeSelect
        label={t("releases.dialog.flipTo")}
        data={targets}
        value={release}
        onChange={(event) => setRelease(event.currentTarget.value)}
        data-autofocus
      />
      <MoveSentence name={subject.name} before={before} after={allOn(before, release)} />
      {subject.pick.length > 0 && <p>{t("releases.dialog.flipRules")}</p>}
      <WhyField why={why} onWhy={setWhy} />
    </Dialog>
  );
}
