// Where the time went: one line for each phase, on one scale.
import { useTranslation } from "react-i18next";
import type { CallRecord } from "../../api/types.ts";
import { milliseconds } from "../../format/numbers.ts";
import { Card } from "../../parts/card.tsx";
import styles from "./calls.module.css";
import { gatewayTime_us, type PhaseBar, phaseBars } from "./phases.ts";

function PhaseRow({ bar, pooled }: { bar: PhaseBar; pooled: boolean }) {
  const { t } = useTranslation();
  const failed = bar.tone === "failed" && bar.name === "reply";
  return (
    <div className={styles.phase}>
      <span className={styles.phaseName}>{t(failed ? "calls.one.phase.replyCut" : `calls.one.phase.${bar.name}`)}</span>
      <span className={styles.phaseTrack}>
        {bar.took_us !== null && (
          <span
            className={`${styles.phaseBar} ${styles[bar.tone]}`}
            style={{ left: `${bar.from * 100}%`, width: `${bar.length * 100}%` }}
          />
        )}
      </span>
      <span className={bar.took_us === null || pooled ? styles.phaseQuiet : styles.phaseTime}>
        {bar.took_us === null ? t("calls.one.notReached") : pooled ? t("calls.one.pooled") : milliseconds(bar.took_us)}
      </span>
    </div>
  );
}

export function TimingBar({ call }: { call: CallRecord }) {
  const { t } = useTranslation();
  const aside = t("calls.one.gateway", {
    gateway: milliseconds(gatewayTime_us(call)),
    all: milliseconds(call.duration_us),
  });
  return (
    <Card title={t("calls.one.time")} aside={aside}>
      {phaseBars(call).map((bar) => (
        <PhaseRow key={bar.name} bar={bar} pooled={bar.name === "connect" && bar.took_us === 0} />
      ))}
    </Card>
  );
}
