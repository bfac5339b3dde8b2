// Direct labels: each line is named where it can be read, instead of in a legend.
import { type Frame, type Span, xOf, yOf } from "./frame.ts";
import type { Line, Lines } from "./lines.ts";
import type { Measure } from "./marks.ts";

export type LineLabel = { release: string; role: Line["role"]; x: number; y: number; anchor: "start" | "end" };

/** `poles` are where flags stand: a label left of the crest must not lie across one. */
type Place = { frame: Frame; span: Span; top_share: number; measure: Measure; poles?: readonly number[] };
type Point = { x: number; y: number };

/** Two labels in one place are told apart by this distance, in pixels. */
const line_px = 14;

/** A candidate that rises is named left of its crest; a flat one at its end. The baseline is named where it begins. */
export function labelsOf(lines: Lines, place: Place, nameOf: (line: Line) => string): LineLabel[] {
  const labels: LineLabel[] = [];
  const boxes: Box[] = [];
  for (const line of lines.lines) {
    const points = pointsOf(line, lines.middles, place);
    if (points.length === 0) continue;
    const width = place.measure(nameOf(line));
    const spot =
      line.role === "candidate" ? candidateSpot(points, place, width) : quietSpot(points, place, labels.length);
    const inside = intoFrame(spot, width, place.frame);
    const y = freeHeight(inside, width, boxes);
    boxes.push(boxOf({ ...inside, y }, width));
    labels.push({ release: line.release, role: line.role, ...inside, y });
  }
  return labels;
}

type Spot = Point & { anchor: "start" | "end" };
type Box = { from: number; to: number; y: number };

function boxOf({ x, y, anchor }: Spot, width: number): Box {
  return anchor === "start" ? { from: x, to: x + width, y } : { from: x - width, to: x, y };
}

/** Turns a label round that would leave the plot. */
function intoFrame(spot: Spot, width: number, frame: Frame): Spot {
  if (spot.anchor === "start" && spot.x + width > frame.right) return { ...spot, x: frame.right, anchor: "end" };
  return spot.anchor === "end" && spot.x - width < frame.left ? { ...spot, x: frame.left + 4, anchor: "start" } : spot;
}

/** Upwards until no other label is there. */
function freeHeight(spot: Spot, width: number, taken: readonly Box[]): number {
  const { from, to } = boxOf(spot, width);
  const covers = (y: number) => taken.some((box) => from < box.to && to > box.from && Math.abs(box.y - y) < line_px);
  let y = spot.y;
  for (let step = 0; covers(y) && step < taken.length; step++) y -= line_px;
  return y;
}

function pointsOf(line: Line, middles: readonly number[], place: Place): Point[] {
  return line.shares.flatMap((share, index) => {
    const at = middles[index];
    if (share === null || at === undefined || at < place.span.from || at > place.span.until) return [];
    return [{ x: xOf(place.frame, place.span, at), y: yOf(place.frame, place.top_share, share) }];
  });
}

function candidateSpot(points: Point[], { frame, poles = [] }: Place, width: number): Spot {
  const crest = Math.min(...points.map((point) => point.y));
  const rises = frame.bottom - crest > (frame.bottom - frame.top) * 0.25;
  const first = points.find((point) => point.y <= crest + (frame.bottom - crest) * 0.15);
  const begin = first === undefined ? 0 : first.x - width - 12;
  const free = first !== undefined && begin > frame.left + 60 && !poles.some((x) => x > begin && x < first.x);
  if (rises && first && free) {
    return { x: first.x - 8, y: Math.max(frame.top + 10, first.y + 4), anchor: "end" };
  }
  const last = points.at(-1) ?? { x: frame.right, y: frame.bottom };
  const lift = rises ? 22 : -8;
  return { x: Math.min(last.x, frame.right) - 4, y: clampY(last.y + lift, frame), anchor: "end" };
}

/** Above the line, near its beginning; each further quiet line a little more to the right. */
function quietSpot(points: Point[], { frame }: Place, before: number): Spot {
  const wanted = frame.left + (frame.right - frame.left) * (0.1 + 0.12 * before);
  const point = points.find((each) => each.x >= wanted) ?? points.at(-1) ?? { x: wanted, y: frame.bottom };
  const around = points.filter((each) => Math.abs(each.x - point.x) < 60).map((each) => each.y);
  return { x: point.x, y: clampY(Math.min(...around) - 8, frame), anchor: "start" };
}

function clampY(y: number, frame: Frame): number {
  return Math.min(frame.bottom - 4, Math.max(frame.top + 10, y));
}
