// Phases in their order, the present one marked, and the step to the next.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Launch, LaunchPhase } from "../../api/types.ts";
import { day } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { dayOf } from "../../parts/launch-days.ts";
import styles from "./launch.module.css";
import { MovePhase } from "./move-phase.tsx";

const phases: readonly LaunchPhase[] = ["prepare", "soft", "intense", "taper", "exit"];

function useWindowWords(launch: Launch): string {
  const { t } = useTranslation();
  const now = Date.now();
  if (now < launch.from) return t("launch.notBegun", { from: day(launch.from) });
  if (now > launch.until) return t("launch.over", { until: day(launch.until) });
  const { day: nth, days } = dayOf(launch, now);
  return t("launch.dayOf", { day: nth, days });
}

export function PhaseBar({ launch, workspace }: { launch: Launch; workspace: string }) {
  const { t } = useTranslation();
  const [to, setTo] = useState<LaunchPhase>();
  const words = useWindowWords(launch);
  const at = phases.indexOf(launch.phase);
  const next = phases[at + 1];
  return (
    <Card
      title={t("launch.phases")}
      remark={words}
      aside={
        next && (
          <Act
            keys="m"
            label={t("launch.act.move", { phase: t(`launch.phase.${next}`).toLowerCase() })}
            onRun={() => setTo(next)}
          />
        )
      }
    >
      <ol className={styles.phases}>
        {phases.map((phase, index) => (
          <li key={phase}>
            <button
              type="button"
              className={styles.phase}
              data-state={index < at ? "past" : index === at ? "now" : "ahead"}
              aria-current={index === at ? "step" : undefined}
              disabled={index === at}
              onClick={() => setTo(phase)}
            >
              <span className={styles.phaseLine} />
              {t(`launch.phase.${phase}`)}
            </button>
          </li>
        ))}
      </ol>
      {to && <MovePhase launch={launch} to={to} workspace={workspace} onClose={() => setTo(undefined)} />}
    </Card>
  );
}
