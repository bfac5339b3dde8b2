// The question before a route or model is switched off, or on again: what callers will meet, and why.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../parts/dialog.tsx";
import type { Switched } from "./switch.tsx";
import { useTraffic } from "./use-traffic.ts";
import { WhyField } from "./why-field.tsx";

type Props = { of: Switched; workspace: string; onClose: () => void };

export function Turn({ of: { subject, name, enabled }, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { turn } = useTraffic(workspace);
  const [why, setWhy] = useState("");
  return (
    <Dialog
      title={t(enabled ? "switch.ask.off" : "switch.ask.on", { name })}
      deed={t(enabled ? "switch.deed.off" : "switch.deed.on")}
      undoesHarm={enabled}
      disabled={why.trim() === ""}
      onClose={onClose}
      onDo={() => turn(subject, { enabled: !enabled, why: why.trim() })}
    >
      <p>{t(enabled ? "switch.means.off" : "switch.means.on", { name })}</p>
      <WhyField why={why} onWhy={setWhy} first />
    </Dialog>
  );
}
