// Flags and dots over the lines. All of them together are one tab stop; arrow keys go from one to the next, Enter opens it.
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../format/times.ts";
import type { Frame } from "./model/frame.ts";
import type { Change, Dot, Flag, Voice } from "./model/marks.ts";
import styles from "./tide.module.css";

export type MarkTarget = { kind: "change"; change: Change } | { kind: "voice"; voice: Voice };

type Mark = { key: string; at: number; x: number; target: MarkTarget; label: string };
type Props = {
  frame: Frame;
  flags: Flag[];
  dots: Dot[];
  onOpen: (target: MarkTarget) => void;
  onPoint: (at: number | undefined) => void;
};

function FlagShape({ flag, frame }: { flag: Flag; frame: Frame }) {
  const x = Math.round(flag.x) + 0.5;
  const side = flag.anchor === "start" ? 7 : -7;
  return (
    <>
      <rect className={styles.reach} x={x - 6} y={0} width={12} height={frame.flag_bottom} />
      <line className={styles.pole} x1={x} x2={x} y1={frame.flag_top} y2={frame.flag_bottom} />
      <circle className={styles.knob} cx={x} cy={frame.flag_top} r={3} />
      <text className={styles.flagLabel} x={x + side} y={frame.flag_top + 4} textAnchor={flag.anchor}>
        {flag.label}
      </text>
    </>
  );
}

function DotShape({ dot }: { dot: Dot }) {
  return (
    <>
      <circle className={styles.reach} cx={dot.x} cy={dot.y} r={8} />
      <circle className={styles.dot} cx={dot.x} cy={dot.y} r={dot.radius} />
    </>
  );
}

/** A name that is spoken contains the words that are seen, however short these had to be. */
function spoken(name: string, seen: string): string {
  return name.includes(seen) ? name : `${seen} (${name})`;
}

function useMarks({ flags, dots }: Pick<Props, "flags" | "dots">): Mark[] {
  const { t } = useTranslation();
  const marks: Mark[] = flags.map((flag) => {
    const [first] = flag.changes;
    const all = flag.changes.map((change) => change.label).join(", ");
    // Who speaks to the page says what they see, so a shortened label is part of the name.
    const labels = all.includes(flag.label) ? all : `${flag.label}: ${all}`;
    return {
      key: `flag ${first?.id}`,
      at: first?.at ?? 0,
      x: flag.x,
      target: { kind: "change", change: flag.changes.at(-1) as Change },
      label: spoken(t("tide.changeAt", { time: moment(first?.at ?? 0), label: labels }), flag.label),
    };
  });
  for (const { voice, x } of dots) {
    const label = t("tide.voiceAt", { time: moment(voice.at), text: voice.text });
    marks.push({ key: `voice ${voice.id}`, at: voice.at, x, target: { kind: "voice", voice }, label });
  }
  return marks;
}

/** The index that an arrow key leads to, in the order of time. */
function stepMark(marks: readonly Mark[], from: number, key: string): number | undefined {
  const order = marks.map((mark, index) => ({ index, x: mark.x })).sort((a, b) => a.x - b.x);
  const place = order.findIndex((each) => each.index === from);
  if (key === "ArrowRight") return order[place + 1]?.index;
  if (key === "ArrowLeft") return order[place - 1]?.index;
  if (key === "Home") return order[0]?.index;
  return key === "End" ? order.at(-1)?.index : undefined;
}

export function TideMarks({ frame, flags, dots, onOpen, onPoint }: Props) {
  const marks = useMarks({ flags, dots });
  const [active, setActive] = useState(0);
  const group = useRef<SVGGElement>(null);
  const reachable = Math.min(active, marks.length - 1);

  function onKeyDown(event: KeyboardEvent, index: number, mark: Mark): void {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(mark.target);
      return;
    }
    const next = stepMark(marks, index, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    group.current?.querySelectorAll<SVGGElement>("[data-mark]")[next]?.focus();
  }

  return (
    <g ref={group}>
      {marks.map((mark, index) => (
        // biome-ignore lint/a11y/useSemanticElements: SVG has no button of its own
        <g
          key={mark.key}
          data-mark
          className={styles.mark}
          role="button"
          aria-label={mark.label}
          tabIndex={index === reachable ? 0 : -1}
          onClick={() => onOpen(mark.target)}
          onKeyDown={(event) => onKeyDown(event, index, mark)}
          onFocus={() => onPoint(mark.at)}
          onBlur={() => onPoint(undefined)}
        >
          <MarkShape frame={frame} flag={flags[index]} dot={dots[index - flags.length]} />
        </g>
      ))}
    </g>
  );
}

function MarkShape({ frame, flag, dot }: { frame: Frame; flag: Flag | undefined; dot: Dot | undefined }) {
  if (flag) return <FlagShape flag={flag} frame={frame} />;
  return dot ? <DotShape dot={dot} /> : null;
}
