// Other shares of traffic for each release. They must add up before they can be applied.
import { NumberInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Subject, Weights } from "../api/types.ts";
import { share } from "../format/numbers.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MoveSentence } from "./move-sentence.tsx";
import { useTraffic } from "./use-traffic.ts";
import { weightsOf } from "./weights.ts";
import { WhyField } from "./why-field.tsx";

type Props = { subject: Subject; workspace: string; onClose: () => void };

const tolerance = 0.000_5;

type FieldProps = { release: string; share: number; onShare: (part: number) => void; isFirst: boolean };

/** In percent for the reader. */
function ShareField({ release, share: part, onShare, isFirst }: FieldProps) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={t("releases.dialog.share", { release })}
      value={Number((part * 100).toFixed(2))}
      onChange={(percent) => onShare(Math.min(100, Math.max(0, Number(percent) || 0)) / 100)}
      min={0}
      max={100}
      step={5}
      data-autofocus={isFirst || undefined}
    />
  );
}

export function Shift({ subject, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { shift } = useTraffic(workspace);
  const before = weightsOf(subject);
  const [weights, setWeights] = useState<Weights>(before);
  const [why, setWhy] = useState("");
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  const whole = Math.abs(sum - 1) < tolerance;
  const set = (name: string) => (part: number) => setWeights((now) => ({ ...now, [name]: part }));
  return (
    <Dialog
      title={t("releases.dialog.shiftTitle", { name: subject.name })}
      deed={t("releases.dialog.deedShift")}
      disabled={!whole || why.trim() === ""}
      onClose={onClose}
      onDo={() => shift(subject.subject, { weights, why: why.trim() })}
    >
      {subject.releases.map(({ name }, index) => (
        <ShareField key={name} release={name} share={weights[name] ?? 0} onShare={set(name)} isFirst={index === 0} />
      ))}
      {whole ? (
        <MoveSentence name={subject.name} before={before} after={weights} />
      ) : (
        <p role="alert">{t("releases.dialog.sum", { sum: share(sum) })}</p>
      )}
      <WhyField why={why} onWhy={setWhy} />
    </Dialog>
  );
}
