// Moving traffic and working switches, with the toast and the way back that belong to it.
import { useTranslation } from "react-i18next";
import { shiftTraffic, switchSubject, undoAction } from "../api/acts.ts";
import { useRefresh } from "../api/refresh.ts";
import type { ShiftInput, SwitchInput } from "../api/types.ts";
import { shortSubject } from "../parts/subject.ts";
import { useUndo } from "../parts/undo.tsx";

export function useTraffic(workspace: string) {
  const { t } = useTranslation();
  const { did, failed } = useUndo();
  const refresh = useRefresh(workspace);
  async function undo(id: string): Promise<void> {
    await undoAction(workspace, id);
    refresh("actions");
  }
  return {
    async shift(subject: string, input: ShiftInput): Promise<void> {
      const action = await shiftTraffic(workspace, subject, input);
      refresh("actions");
      did({ said: t("releases.did.shifted", { name: shortSubject(subject) }), undo: () => undo(action.id) });
    },
    async turn(subject: string, input: SwitchInput): Promise<void> {
      const action = await switchSubject(workspace, subject, input);
      refresh("actions");
      const said = t(input.enabled ? "switch.did.on" : "switch.did.off", { name: shortSubject(subject) });
      did({ said, undo: () => undo(action.id) });
    },
    undo(id: string, said: string): void {
      undo(id).then(() => did({ said }), failed);
    },
  };
}
