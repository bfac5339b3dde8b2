// Where things stand in the tide's drawing: the plot, the lane of voices below it, and the one time axis for both.

export type Span = { from: number; until: number };

/** All in CSS pixels of the drawing. Flags reach from `flag_top` to `flag_bottom`, over plot and lane. */
export type Frame = {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  lane: number;
  flag_top: number;
  flag_bottom: number;
};

export function frameOf(width: number, height: number): Frame {
  const bottom = height - 58;
  return {
    width,
    height,
    left: 44,
    right: Math.max(width - 12, 60),
    top: 24,
    bottom,
    lane: bottom + 21,
    flag_top: 14,
    flag_bottom: bottom + 34,
  };
}

export function xOf(frame: Frame, span: Span, at: number): number {
  return frame.left + ((at - span.from) / (span.until - span.from)) * (frame.right - frame.left);
}

/** The moment under a horizontal position; positions outside the plot count as its edge. */
export function momentAt(frame: Frame, span: Span, x: number): number {
  const part = (Math.min(frame.right, Math.max(frame.left, x)) - frame.left) / (frame.right - frame.left);
  return Math.round(span.from + part * (span.until - span.from));
}

export function yOf(frame: Frame, top_share: number, share: number): number {
  return frame.bottom - (Math.min(share, top_share) / top_share) * (frame.bottom - frame.top);
}

const shareSteps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.05, 0.1, 0.2, 0.25];

/** Even shares from zero to just above `highest`, in at most four steps. */
export function shareTicks(highest: number): number[] {
  const wanted = Math.min(Math.max(highest, 0.002), 1);
  const step = shareSteps.find((each) => Math.ceil(wanted / each - 1e-9) <= 3) ?? 0.25;
  const steps = Math.ceil(wanted / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_each, index) => Number((index * step).toFixed(4)));
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const timeSteps = [
  5 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
  48 * hour,
  168 * hour,
];

/** Round moments for at most `most` labels. `offset_ms` is what the reader's zone is ahead of UTC, so that hours are theirs. */
export function timeTicks(span: Span, most: number, offset_ms: number): { step_ms: number; at: number[] } {
  const length = span.until - span.from;
  const step_ms = timeSteps.find((step) => length / step <= Math.max(1, most)) ?? 168 * hour;
  const first = Math.ceil((span.from + offset_ms) / step_ms) * step_ms - offset_ms;
  const at: number[] = [];
  for (let each = first; each <= span.until; each += step_ms) at.push(each);
  return { step_ms, at };
}
