// What stands on the tide besides lines: flags for changes, dots for voices, and where their labels find room.
import type { Tide } from "../../api/types.ts";
import { type Frame, type Span, xOf } from "./frame.ts";

export type Change = Tide["changes"][number];
export type Voice = Tide["voices"][number];

export type Flag = { x: number; changes: Change[]; label: string; anchor: "start" | "end" };
export type Dot = { x: number; y: number; radius: number; voice: Voice };

/** Width of a text in the labels' type, in pixels. */
export type Measure = (text: string) => number;

const label_gap_px = 8;
/** Flags nearer than this are one flag with a count. */
const merge_px = 6;

/** `nameMany` words a flag that stands for several changes. */
export function flagsOf(
  changes: readonly Change[],
  place: { frame: Frame; span: Span; measure: Measure },
  nameMany: (count: number) => string,
): Flag[] {
  const { frame, span } = place;
  const flags: Flag[] = [];
  for (const change of [...changes].sort((a, b) => a.at - b.at)) {
    if (change.at < span.from || change.at > span.until) continue;
    const x = xOf(frame, span, change.at);
    const last = flags.at(-1);
    if (last && x - last.x < merge_px) last.changes.push(change);
    else flags.push({ x, changes: [change], label: change.label, anchor: "start" });
  }
  for (const flag of flags) if (flag.changes.length > 1) flag.label = nameMany(flag.changes.length);
  return placeLabels(flags, frame, place.measure);
}

/** The same label in fewer words: without who did it, then without the name that the whole drawing shares. */
function shorterLabels(label: string): string[] {
  const deed = label.replace(/ by .*$/, "");
  return [label, deed, deed.replaceAll(/\S+@/g, "")];
}

/** To the right of its flag, else to the left if nothing is there, in as few words as needed; else only on pointing. */
function placeLabels(flags: Flag[], frame: Frame, measure: Measure): Flag[] {
  let taken = frame.left;
  return flags.map((flag, index) => {
    const next = flags[index + 1]?.x;
    const right = (next === undefined ? frame.right + label_gap_px : next - 6) - flag.x;
    const left = flag.x - taken - 6;
    for (const label of shorterLabels(flag.label)) {
      const wanted = measure(label) + label_gap_px;
      const anchor = wanted <= right ? "start" : wanted <= left ? "end" : undefined;
      if (anchor === undefined) continue;
      taken = anchor === "start" ? flag.x + wanted : flag.x;
      return { ...flag, label, anchor };
    }
    taken = flag.x;
    return { ...flag, label: "" };
  });
}

const lane_offsets_px = [0, -5, 5, -2.5, 2.5];

/** Dots of one moment step aside up and down, always the same way for the same voices. Angry ones are larger. */
export function dotsOf(voices: readonly Voice[], place: { frame: Frame; span: Span }): Dot[] {
  const { frame, span } = place;
  const dots: Dot[] = [];
  for (const voice of [...voices].sort((a, b) => a.at - b.at)) {
    if (voice.at < span.from || voice.at > span.until) continue;
    const x = xOf(frame, span, voice.at);
    const near = dots.filter((dot) => x - dot.x < 8).length;
    const radius = voice.rating !== null && voice.rating <= 2 ? 4.25 : 3.5;
    dots.push({ x, y: frame.lane + (lane_offsets_px[near % lane_offsets_px.length] ?? 0), radius, voice });
  }
  return dots;
}
