// The question before a launch moves to another phase.
import { useTranslation } from "react-i18next";
import { patchLaunch } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { Launch, LaunchPhase } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";
import styles from "./launch.module.css";

type Props = { launch: Launch; to: LaunchPhase; workspace: string; onClose: () => void };

export function MovePhase({ launch, to, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const wordOf = (phase: LaunchPhase) => t(`launch.phase.${phase}`).toLowerCase();
  const open = launch.criteria.filter((criterion) => criterion.state !== "holds").length;
  async function move(): Promise<void> {
    await patchLaunch(workspace, launch.id, { phase: to });
    refresh("launches");
    const undo = async () => {
      await patchLaunch(workspace, launch.id, { phase: launch.phase });
      refresh("launches");
    };
    did({ said: t("launch.move.did", { name: launch.name, phase: wordOf(to) }), undo });
  }
  return (
    <Dialog
      title={t("launch.move.title", { name: launch.name, phase: wordOf(to) })}
      deed={t("launch.move.deed")}
      onClose={onClose}
      onDo={move}
    >
      <p>{t("launch.move.sentence", { from: wordOf(launch.phase) })}</p>
      {to === "exit" && open > 0 && <p className={styles.warn}>{t("launch.move.broken", { count: open })}</p>}
    </Dialog>
  );
}
