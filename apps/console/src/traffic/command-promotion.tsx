// The question before a promotion is started, paused, resumed, skipped on or aborted.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commandPromotion } from "../api/acts.ts";
import { useRefresh } from "../api/refresh.ts";
import type { PromotionDeed, Subject } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useUndo } from "../parts/undo.tsx";
import { WhyField } from "./why-field.tsx";

type Props = { deed: PromotionDeed; subject: Subject; to: string; workspace: string; onClose: () => void };

/** What takes it back, where something does. */
const wayBack: Partial<Record<PromotionDeed, PromotionDeed>> = { start: "abort", pause: "resume", resume: "pause" };

export function CommandPromotion({ deed, subject, to, workspace, onClose }: Props) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const [why, setWhy] = useState("");
  const values = { name: subject.name, to };
  async function command(what: PromotionDeed, because: string): Promise<void> {
    await commandPromotion(workspace, subject.subject, { do: what, why: because });
    refresh("actions");
  }
  async function run(): Promise<void> {
    await command(deed, why.trim());
    const back = wayBack[deed];
    const said = t(`releases.promotion.did.${deed}`, values);
    did(back ? { said, undo: () => command(back, t("releases.promotion.takenBack")) } : { said });
  }
  return (
    <Dialog
      title={t(`releases.promotion.ask.${deed}`, values)}
      deed={t(`releases.promotion.deed.${deed}`)}
      undoesHarm={deed === "abort"}
      disabled={why.trim() === ""}
      onClose={onClose}
      onDo={run}
    >
      <p>{t(`releases.promotion.means.${deed}`, values)}</p>
      <WhyField why={why} onWhy={setWhy} first />
    </Dialog>
  );
}
