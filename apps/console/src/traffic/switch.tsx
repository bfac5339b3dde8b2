// The switch of a route or model: who holds it away from the settings and why, with the way back in one click; else the lever.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action, Subject } from "../api/types.ts";
import { moment } from "../format/times.ts";
import { Act } from "../parts/act.tsx";
import { Chip } from "../parts/chip.tsx";
import { Held } from "./held.tsx";
import { Turn } from "./turn.tsx";
import { useTraffic } from "./use-traffic.ts";

export type Switched = Pick<Subject, "subject" | "name" | "enabled" | "switched">;

type Props = { of: Switched; workspace: string };

function Turned({ action, of, workspace }: Props & { action: Action }) {
  const { t } = useTranslation();
  const { undo } = useTraffic(workspace);
  const said = t(of.enabled ? "switch.did.off" : "switch.did.on", { name: of.name });
  const values = { actor: action.actor.name, time: moment(action.at), why: action.why };
  const says = t(of.enabled ? "switch.held.on" : "switch.held.off", values);
  return <Held says={says} undo={t("switch.undo")} keys="x" bad={!of.enabled} onUndo={() => undo(action.id, said)} />;
}

/** Beside a name where the switch itself is somewhere else. */
export function OffChip({ of: { enabled } }: { of: Pick<Switched, "enabled"> }) {
  const { t } = useTranslation();
  return enabled ? null : <Chip tone="bad">{t("switch.off")}</Chip>;
}

export function Switch({ of, workspace }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  if (of.switched) return <Turned action={of.switched} of={of} workspace={workspace} />;
  return (
    <div>
      <Act keys="x" label={t(of.enabled ? "switch.lever.off" : "switch.lever.on")} onRun={() => setAsking(true)} />
      {asking && <Turn of={of} workspace={workspace} onClose={() => setAsking(false)} />}
    </div>
  );
}
