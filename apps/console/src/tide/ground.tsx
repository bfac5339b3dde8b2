// What lies under the lines: the axis of shares, the axis of time, the alert line, the lane of voices.
import { useTranslation } from "react-i18next";
import { share } from "../format/numbers.ts";
import { clock, clockSeconds, day } from "../format/times.ts";
import { type Frame, type Span, shareTicks, timeTicks, xOf, yOf } from "./model/frame.ts";
import styles from "./tide.module.css";

const label_px = 96;
const day_ms = 86_400_000;

type Props = { frame: Frame; span: Span; top_share: number; alert: number | null };

function timeLabel(at: number, step_ms: number): string {
  if (step_ms >= day_ms) return day(at);
  return step_ms < 60_000 ? clockSeconds(at) : clock(at);
}

function TimeAxis({ frame, span }: Pick<Props, "frame" | "span">) {
  const ahead_ms = -new Date(span.from).getTimezoneOffset() * 60_000;
  const { step_ms, at } = timeTicks(span, (frame.right - frame.left) / label_px, ahead_ms);
  return at.map((each) => {
    const x = xOf(frame, span, each);
    const anchor = x < frame.left + 16 ? "start" : x > frame.right - 16 ? "end" : "middle";
    return (
      <text key={each} className={styles.tick} x={x} y={frame.height - 4} textAnchor={anchor}>
        {timeLabel(each, step_ms)}
      </text>
    );
  });
}

function ShareAxis({ frame, top_share }: Pick<Props, "frame" | "top_share">) {
  return shareTicks(top_share).map((tick) => {
    const y = Math.round(yOf(frame, top_share, tick)) + 0.5;
    return (
      <g key={tick}>
        <line className={styles.grid} x1={frame.left} x2={frame.right} y1={y} y2={y} />
        <text className={styles.tick} x={frame.left - 8} y={y + 4} textAnchor="end">
          {share(tick)}
        </text>
      </g>
    );
  });
}

function AlertLine({ frame, top_share, alert }: { frame: Frame; top_share: number; alert: number }) {
  const y = Math.round(yOf(frame, top_share, alert)) + 0.5;
  return <line className={styles.alert} x1={frame.left} x2={frame.right} y1={y} y2={y} />;
}

export function TideGround({ frame, span, top_share, alert }: Props) {
  const { t } = useTranslation();
  return (
    <svg className={styles.layer} width={frame.width} height={frame.height} aria-hidden>
      <ShareAxis frame={frame} top_share={top_share} />
      <TimeAxis frame={frame} span={span} />
      {alert !== null && <AlertLine frame={frame} top_share={top_share} alert={alert} />}
      <line className={styles.grid} x1={frame.left} x2={frame.right} y1={frame.lane + 0.5} y2={frame.lane + 0.5} />
      <text className={styles.laneLabel} x={frame.left - 8} y={frame.lane + 4} textAnchor="end">
        {t("tide.voices")}
      </text>
    </svg>
  );
}
