// The tide: calls, voices and changes on one time axis. The same drawing and the same gestures wherever it stands:
// pointing reads all three, dragging zooms, a double click goes back, a flag or a dot opens what it stands for.
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Tide as TideData } from "../api/types.ts";
import { share } from "../format/numbers.ts";
import { withTimes } from "../format/times.ts";
import { TideGround } from "./ground.tsx";
import { TideLines } from "./lines.tsx";
import { type MarkTarget, TideMarks } from "./marks.tsx";
import { measure } from "./measure.ts";
import { type Frame, frameOf, momentAt, type Span, shareTicks, xOf, yOf } from "./model/frame.ts";
import { type LineLabel, labelsOf } from "./model/labels.ts";
import { highestShare, type Line, type Lines } from "./model/lines.ts";
import { dotsOf, flagsOf } from "./model/marks.ts";
import { readingAt } from "./model/reading.ts";
import { ReadingCard } from "./reading-card.tsx";
import styles from "./tide.module.css";

/** A drag shorter than this is a click. */
const least_drag_px = 8;
/** How far around the pointer voices and changes are read, in pixels. */
const reach_px = 6;

type Props = {
  tide: TideData;
  lines: Lines;
  height: number;
  nameOf: (line: Line) => string;
  onOpen: (target: MarkTarget) => void;
  onZoom: (span: Span | undefined) => void;
};

type Drag = { from_x: number; to_x: number };

/** Pointing and dragging, as positions in the drawing. */
function usePointer(frame: Frame, span: Span, onZoom: Props["onZoom"]) {
  const [x, setX] = useState<number>();
  const [drag, setDrag] = useState<Drag>();
  const place = (event: PointerEvent<SVGSVGElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  return {
    x,
    drag,
    setX,
    handlers: {
      onPointerDown(event: PointerEvent<SVGSVGElement>) {
        if (event.button === 0) setDrag({ from_x: place(event), to_x: place(event) });
      },
      onPointerMove(event: PointerEvent<SVGSVGElement>) {
        const to_x = place(event);
        setX(to_x);
        if (drag) setDrag({ ...drag, to_x });
      },
      onPointerUp() {
        setDrag(undefined);
        if (!drag || Math.abs(drag.to_x - drag.from_x) < least_drag_px) return;
        const ends = [momentAt(frame, span, drag.from_x), momentAt(frame, span, drag.to_x)];
        onZoom({ from: Math.min(...ends), until: Math.max(...ends) });
      },
      onPointerLeave() {
        setX(undefined);
        setDrag(undefined);
      },
      onDoubleClick: () => onZoom(undefined),
    },
  };
}

function useDrawing({ tide, lines, height, nameOf }: Props, width: number) {
  const { t } = useTranslation();
  return useMemo(() => {
    const frame = frameOf(width, height);
    const span = { from: tide.from, until: tide.until };
    const highest = Math.max(highestShare(lines.lines), (tide.alert_ratio ?? 0) * 1.15, 0.005);
    const top_share = shareTicks(highest).at(-1) ?? 1;
    const changes = tide.changes.map((change) => ({ ...change, label: withTimes(change.label) }));
    const flags = flagsOf(changes, { frame, span, measure }, (count) => t("tide.changesCount", { count }));
    return {
      frame,
      span,
      top_share,
      flags,
      dots: dotsOf(tide.voices, { frame, span }),
      labels: labelsOf(lines, { frame, span, top_share, measure, poles: flags.map((flag) => flag.x) }, nameOf),
    };
  }, [tide, lines, width, height, nameOf, t]);
}

function LineLabels({ labels, lines, nameOf }: { labels: LineLabel[]; lines: Lines; nameOf: (line: Line) => string }) {
  return labels.map((label) => {
    const line = lines.lines.find((each) => each.release === label.release);
    const style = label.role === "candidate" ? styles.candidateLabel : styles.quietLabel;
    return (
      <text key={label.release} className={style} x={label.x} y={label.y} textAnchor={label.anchor}>
        {line && nameOf(line)}
      </text>
    );
  });
}

/** Over the lines, so that a candidate's fill does not wash it out. */
function AlertLabel({ frame, top_share, alert }: { frame: Frame; top_share: number; alert: number }) {
  const { t } = useTranslation();
  return (
    <text className={styles.alertLabel} x={frame.left + 4} y={yOf(frame, top_share, alert) - 5}>
      {t("tide.alert", { share: share(alert) })}
    </text>
  );
}

function Selection({ drag, frame }: { drag: Drag; frame: Frame }) {
  const from = Math.max(frame.left, Math.min(drag.from_x, drag.to_x));
  const to = Math.min(frame.right, Math.max(drag.from_x, drag.to_x));
  return (
    <rect
      className={styles.selection}
      x={from}
      y={frame.top}
      width={Math.max(0, to - from)}
      height={frame.flag_bottom - frame.top}
    />
  );
}

export function Tide(props: Props) {
  const { tide, lines, height, nameOf, onOpen, onZoom } = props;
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const drawing = useDrawing(props, width);
  const { frame, span } = drawing;
  const pointer = usePointer(frame, span, onZoom);
  const inside = pointer.x !== undefined && pointer.x >= frame.left && pointer.x <= frame.right;
  const at = inside && pointer.x !== undefined ? momentAt(frame, span, pointer.x) : undefined;
  const reach_ms = ((span.until - span.from) / Math.max(1, frame.right - frame.left)) * reach_px;
  const reading = at === undefined ? undefined : readingAt(tide, lines, at, reach_ms);

  return (
    <figure ref={ref} className={styles.tide} style={{ height }} aria-label={t("tide.name")}>
      {width > 0 && (
        <>
          <TideGround frame={frame} span={span} top_share={drawing.top_share} alert={tide.alert_ratio} />
          <TideLines frame={frame} span={span} top_share={drawing.top_share} lines={lines} pointed={undefined} />
          {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure is named, and each mark in it too */}
          <svg className={styles.hand} width={frame.width} height={frame.height} {...pointer.handlers}>
            {pointer.drag && <Selection drag={pointer.drag} frame={frame} />}
            {reading && pointer.x !== undefined && (
              <line className={styles.rule} x1={pointer.x} x2={pointer.x} y1={frame.top} y2={frame.flag_bottom} />
            )}
            <TideMarks
              frame={frame}
              flags={drawing.flags}
              dots={drawing.dots}
              onOpen={onOpen}
              onPoint={(moment) => pointer.setX(moment === undefined ? undefined : xOf(frame, span, moment))}
            />
            {tide.alert_ratio !== null && (
              <AlertLabel frame={frame} top_share={drawing.top_share} alert={tide.alert_ratio} />
            )}
            <LineLabels labels={drawing.labels} lines={lines} nameOf={nameOf} />
          </svg>
          {reading && pointer.x !== undefined && !pointer.drag && (
            <ReadingCard reading={reading} frame={frame} x={pointer.x} />
          )}
        </>
      )}
    </figure>
  );
}
