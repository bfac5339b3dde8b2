// The lines themselves, drawn by uPlot on a canvas that covers exactly the plot. Axes, flags and dots are not its business.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { readColours, type TideColours } from "./colours.ts";
import type { Frame, Span } from "./model/frame.ts";
import { type Line, type Lines, lonelySteps } from "./model/lines.ts";
import styles from "./tide.module.css";

/** The canvas reaches this far over the plot, so that a line on the floor or at the top is not cut in half. */
const margin_px = 2;

type Props = { frame: Frame; span: Span; top_share: number; lines: Lines; pointed: string | undefined };

function seriesOf(line: Line, colours: TideColours, pointed: boolean): uPlot.Series {
  const candidate = line.role === "candidate";
  const stroke = candidate || pointed ? colours.calls : colours.quiet;
  return {
    stroke,
    width: candidate ? 1.75 : 1.25,
    spanGaps: false,
    ...(candidate ? { fill: colours.wash, fillTo: 0 } : {}),
    points: { show: true, size: 4, width: 0, fill: stroke, filter: () => lonelySteps(line.shares) },
  };
}

/** The candidate is drawn last, so that it lies on top. */
function inDrawingOrder(lines: readonly Line[]): Line[] {
  return [...lines].sort((a, b) => Number(a.role === "candidate") - Number(b.role === "candidate"));
}

function optionsOf({ frame, span, top_share, lines, pointed }: Props, colours: TideColours): uPlot.Options {
  const margin = (top_share / (frame.bottom - frame.top)) * margin_px;
  return {
    width: frame.right - frame.left,
    height: frame.bottom - frame.top + 2 * margin_px,
    padding: [0, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: () => [span.from, span.until] },
      y: { range: () => [-margin, top_share + margin] },
    },
    series: [{}, ...inDrawingOrder(lines.lines).map((line) => seriesOf(line, colours, line.release === pointed))],
  };
}

export function TideLines(props: Props) {
  const { frame, span, top_share, lines, pointed } = props;
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the tokens resolve to
  useEffect(() => {
    if (!host.current) return;
    const data = [lines.middles, ...inDrawingOrder(lines.lines).map((line) => line.shares)] as uPlot.AlignedData;
    const options = optionsOf({ frame, span, top_share, lines, pointed }, readColours(host.current));
    const plot = new uPlot(options, data, host.current);
    return () => plot.destroy();
  }, [frame, span, top_share, lines, pointed, scheme]);

  const style = {
    left: frame.left,
    top: frame.top - margin_px,
    width: frame.right - frame.left,
    height: frame.bottom - frame.top + 2 * margin_px,
  };
  return <div ref={host} className={styles.lines} style={style} aria-hidden />;
}
