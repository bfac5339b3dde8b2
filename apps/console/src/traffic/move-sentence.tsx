// What a move will do, before it is done.
import { useTranslation } from "react-i18next";
import type { Weights } from "../api/types.ts";
import { share } from "../format/numbers.ts";
import { moveBetween } from "./weights.ts";

export function MoveSentence({ name, before, after }: { name: string; before: Weights; after: Weights }) {
  const { t } = useTranslation();
  const { moved, from, to } = moveBetween(before, after);
  if (moved === 0) return <p>{t("releases.dialog.nothing")}</p>;
  const how = t("releases.dialog.fromTo", { from: from.join(", "), to: to.join(", ") });
  return (
    <p>
      {t("releases.dialog.moves", { share: share(moved), name, how })} {t("releases.dialog.undoKept")}
    </p>
  );
}
