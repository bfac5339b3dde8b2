// Other shares of traffic for each release. They must add up before they can be applied.
import { NumberInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Subject, Weights } from "../api/types.ts";
import { share } from "../format/numbers.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MoveSentence } from "./move-sentence.tsx";
import { useTraffic } from "./use-traffic.ts";
import { weightsOf } from "./weights.ts";

type Props = { subject: Subject; workspace: string; onClose: () => void };

const tolerance = 0.000_5;

export function Shift({ subject, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { shift } = useTraffic(workspace);
  const before = weightsOf(subject);
  const [weights, setWeights] = useState<Weights>(before);
  const [why, setWhy] = useState("");
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  const whole = Math.abs(sum - 1) < tolerance;
  const set = (name: string) => (percent: number | string) =>
    setWeights((now) => ({ ...now, [name]: Math.min(100, Math.max(0, Number(percent) || 0)) / 100 }));
  return (
    <Dialog
      title={t("releases.dialog.shiftTitle", { name: subject.name })}
      deed={t("releases.dialog.deedShift")}
      disabled={!whole || why.trim() === ""}
      onClose={onClose}
      onDo={() => shift(subject.subject, { weights, why: why.trim() })}
    >
      {subject.releases.map((release, index) => (
        <NumberInput
          key={release.name}
          label={t("releases.dialog.share", { release: release.name })}
          value={Number(((weights[release.name] ?? 0) * 100).toFixed(2))}
          onChange={set(release.name)}
          min={0}
          max={100}
          step={5}
          data-autofocus={index === 0 || undefined}
        />
      ))}
      {whole ? (
        <MoveSentence name={subject.name} before={before} after={weights} />
      ) : (
        <p role="alert">{t("releases.dialog.sum", { sum: share(sum) })}</p>
      )}
      <Textarea
        label={t("releases.dialog.why")}
        description={t("releases.dialog.whyHint")}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        rows={2}
        maxLength={500}
      />
    </Dialog>
  );
}
