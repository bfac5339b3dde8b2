// What floats beside the pointer: the lines, the voices and the changes of one moment.
import { useTranslation } from "react-i18next";
import { count, ratio } from "../format/numbers.ts";
import { clock, clockSeconds, withTimes } from "../format/times.ts";
import type { Frame } from "./model/frame.ts";
import type { Reading } from "./model/reading.ts";
import styles from "./tide.module.css";

const card_px = 248;
const shown_voices = 2;

function timeOf({ from, until }: Reading): string {
  const show = until - from < 60_000 ? clockSeconds : clock;
  return `${show(from)} – ${show(until)}`;
}

export function ReadingCard({ reading, frame, x }: { reading: Reading; frame: Frame; x: number }) {
  const { t } = useTranslation();
  const left = x + 12 + card_px > frame.width ? Math.max(0, x - 12 - card_px) : x + 12;
  return (
    <div className={styles.card} style={{ left, top: frame.top + 4, width: card_px }} aria-live="polite">
      <div className={styles.cardTime}>{timeOf(reading)}</div>
      {reading.lines.map((line) => (
        <div key={line.release} className={styles.cardRow}>
          <span className={styles.cardName}>{line.release}</span>
          <span className={styles.cardCount}>
            {line.share === null
              ? t("tide.noCalls")
              : t("tide.ofCalls", { errors: count(line.errors), calls: count(line.calls) })}
          </span>
          <b>{line.share === null ? "–" : ratio(line.share)}</b>
        </div>
      ))}
      {reading.voices.length > 0 && (
        <div className={styles.cardVoices}>
          <b>{t("tide.voicesCount", { count: reading.voices.length })}</b>
          {reading.voices.slice(0, shown_voices).map((voice) => (
            <div key={voice.id} className={styles.cardQuote}>
              “{voice.text}”
            </div>
          ))}
        </div>
      )}
      {reading.changes.map((change) => (
        <div key={change.id} className={styles.cardChange}>
          {withTimes(change.label)}
        </div>
      ))}
    </div>
  );
}
