// Whether a route is served now, and what the settings say of its life. What is well has no colour.
import { useTranslation } from "react-i18next";
import type { RouteView } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Chip } from "../../parts/chip.tsx";
import { toneOf } from "./route-words.ts";
import styles from "./routes.module.css";

export function Serving({
  route: { serving, state, switched },
}: {
  route: Pick<RouteView, "serving" | "state" | "switched">;
}) {
  const { t } = useTranslation();
  const tone = toneOf(serving);
  const word = t(`routes.serving.${serving}`);
  const means =
    serving === "disabled" && switched
      ? t("switch.held.off", { actor: switched.actor.name, time: moment(switched.at), why: switched.why })
      : t(`routes.means.${serving}`);
  return (
    <span className={styles.state}>
      {tone ? (
        <Chip tone={tone} title={means}>
          {word}
        </Chip>
      ) : (
        state !== "deprecated" && <span title={means}>{word}</span>
      )}
      {state === "deprecated" && serving !== "retired" && <Chip tone="warn">{t("routes.state.deprecated")}</Chip>}
    </span>
  );
}
