import { describe, expect, it } from "vitest";
import type { Tide } from "../../api/types.ts";
import { frameOf, momentAt, shareTicks, timeTicks, xOf, yOf } from "./frame.ts";
import { labelsOf } from "./labels.ts";
import { linesOf, lonelySteps, shownFrom } from "./lines.ts";
import { dotsOf, flagsOf } from "./marks.ts";
import { allReadings, readingAt } from "./reading.ts";

const minute = 60_000;
const from = Date.UTC(2026, 10, 24, 13, 30);
const frame = frameOf(1000, 210);
const measure = (text: string) => text.length * 6;
const span = { from, until: from + 75 * minute };

function tide(more: Partial<Tide> = {}): Tide {
  return {
    ...span,
    step_ms: minute,
    subject: "routes.orders",
    alert_ratio: 0.05,
    series: [],
    voices: [],
    changes: [],
    ...more,
  };
}
function series(release: string, shares: (number | null)[], calls = 100): Tide["series"][number] {
  const points = shares.flatMap((share, i): [number, number, number][] =>
    share === null ? [] : [[from + i * minute, calls, Math.round(share * calls)]],
  );
  return { release, subject: "routes.orders", points };
}
const change = (minutes: number, label: string) => ({
  id: label,
  at: from + minutes * minute,
  label,
  kind: "action" as const,
  subject: null,
});
const voice = (minutes: number, rating: number | null = null) => ({
  id: `v${minutes}`,
  at: from + minutes * minute,
  text: "no order number",
  issue_id: null,
  rating,
});

describe("scales", () => {
  it.each([
    [0.116, [0, 0.04, 0.08, 0.12]],
    [0.055, [0, 0.02, 0.04, 0.06]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [0.97, [0, 0.25, 0.5, 0.75, 1]],
    [0, [0, 0.001, 0.002]],
  ])("a highest share of %d gets round ticks", (highest, ticks) => expect(shareTicks(highest)).toEqual(ticks));

  it("begin hours at the reader's hour, not at UTC's", () => {
    const half = timeTicks({ from, until: from + 6 * 60 * minute }, 7, 5.5 * 60 * minute);
    expect(half.step_ms).toBe(60 * minute);
    expect(half.at[0]).toBe(from);
  });
  it("keep labels apart", () => expect(timeTicks(span, 6, 0).at).toHaveLength(6));
  it("find the moment under a position", () => {
    expect(momentAt(frame, span, xOf(frame, span, from + 20 * minute))).toBe(from + 20 * minute);
    expect(momentAt(frame, span, -50)).toBe(from);
  });
  it("stand on the floor at zero and never leave the top", () => {
    expect(yOf(frame, 0.12, 0)).toBe(frame.bottom);
    expect(yOf(frame, 0.12, 0.5)).toBe(frame.top);
  });
});

describe("lines", () => {
  it("show missing steps as gaps, never as zero", () => {
    const [line] = linesOf(tide({ series: [series("v1", [0, null, 0.5])] })).lines;
    expect(line?.shares.slice(0, 4)).toEqual([0, null, 0.5, null]);
  });
  it("compare with the named baseline", () => {
    const both = [series("v1", [0.01, 0.01]), series("v2", [0.1, 0.1], 500)];
    expect(linesOf(tide({ series: both }), "v1").lines.map((line) => line.role)).toEqual(["baseline", "candidate"]);
  });
  it("compare with the busiest when none is named", () => {
    const both = [series("v1", [0.01, 0.01], 500), series("v2", [0.1, 0.1])];
    expect(linesOf(tide({ series: both })).lines.map((line) => line.role)).toEqual(["baseline", "candidate"]);
  });
  it("are of calls when there is only one", () => {
    expect(linesOf(tide({ series: [series("v1", [0.1])] })).lines[0]?.role).toBe("candidate");
  });
  it("mark steps that stand alone", () => expect(lonelySteps([0.1, null, 0.2, null, 0.3, 0.3])).toEqual([0, 2]));
});

describe("flags", () => {
  const place = { frame, span, measure };
  const many = (count: number) => `${count} changes`;
  it("are named to the right", () => {
    expect(flagsOf([change(10, "v2 gets 10 %")], place, many)).toMatchObject([
      { label: "v2 gets 10 %", anchor: "start" },
    ]);
  });
  it("turn to the left at the edge", () => {
    expect(flagsOf([change(74, "rolled back")], place, many)[0]?.anchor).toBe("end");
  });
  it("merge where they would cover each other", () => {
    expect(flagsOf([change(10, "a"), change(10.1, "b")], place, many)).toMatchObject([{ label: "2 changes" }]);
  });
  it("say the same in fewer words where there is little room", () => {
    const [first] = flagsOf([change(1, "orders@2 gets 10 % by M. Ito"), change(9, "25 %")], place, many);
    expect(first?.label).toBe("2 gets 10 %");
  });
  it("are silent where there is none", () => {
    const [first] = flagsOf([change(1, "orders@2 gets 10 % by M. Ito"), change(2, "25 %")], place, many);
    expect(first?.label).toBe("");
  });
  it("outside the window are not drawn", () => expect(flagsOf([change(-5, "old")], place, many)).toEqual([]));
});

describe("voices", () => {
  it("of one moment step aside", () => {
    const ys = dotsOf([voice(5), voice(5.1), voice(5.2)], { frame, span }).map((dot) => dot.y);
    expect(new Set(ys).size).toBe(3);
  });
  it("that are angry are larger", () => {
    const [calm, angry] = dotsOf([voice(5, 5), voice(50, 1)], { frame, span });
    expect(angry?.radius).toBeGreaterThan(calm?.radius ?? 0);
  });
});

describe("labels", () => {
  it("name a rising candidate left of its crest", () => {
    const rising = Array.from({ length: 75 }, (_each, i) => (i < 35 ? 0.01 : 0.1));
    const lines = linesOf(tide({ series: [series("v1", Array(75).fill(0.005), 900), series("v2", rising)] }), "v1");
    const labels = labelsOf(lines, { frame, span, top_share: 0.12, measure }, (line) => `${line.release} errors`);
    const candidate = labels.find((label) => label.role === "candidate");
    expect(candidate?.anchor).toBe("end");
    expect(candidate?.x).toBeLessThan(xOf(frame, span, from + 36 * minute));
  });
  it("stay inside, and apart from each other", () => {
    const late = Array.from({ length: 75 }, (_each, i) => (i < 73 ? null : 0.001));
    const lines = linesOf(tide({ series: [series("v1", late), series("v2", late)] }), "v1");
    const labels = labelsOf(lines, { frame, span, top_share: 0.12, measure }, (line) => `${line.release} errors`);
    expect(labels.every((label) => label.anchor === "end" && label.x <= frame.right)).toBe(true);
    expect(new Set(labels.map((label) => label.y)).size).toBe(2);
  });
  it("leave out a line without points", () => {
    const lines = linesOf(tide({ series: [series("v1", [])] }));
    expect(labelsOf(lines, { frame, span, top_share: 0.1, measure }, () => "v1")).toEqual([]);
  });
});

describe("a window", () => {
  const young = (minutes: number) => tide({ changes: [change(75 - minutes, "first plan")] });
  it("that is nearly empty is drawn from its first sign", () => {
    expect(shownFrom(young(20), 10 * minute)).toBe(span.until - 22 * minute);
  });
  it("is never drawn too short", () => expect(shownFrom(young(1), 10 * minute)).toBe(span.until - 10 * minute));
  it("that is half full is drawn whole", () => expect(shownFrom(young(40), 10 * minute)).toBe(from));
  it("without any sign is drawn whole", () => expect(shownFrom(tide(), 10 * minute)).toBe(from));
});

describe("a reading", () => {
  const full = tide({ series: [series("v1", [0.02, null, 0.04])], voices: [voice(2.5)], changes: [change(2, "25 %")] });
  it("tells lines, voices and changes of one step", () => {
    const reading = readingAt(full, linesOf(full), from + 2.4 * minute);
    expect(reading).toMatchObject({
      lines: [{ share: 0.04, calls: 100, errors: 4 }],
      voices: [{ id: "v2.5" }],
      changes: [{ id: "25 %" }],
    });
  });
  it("says nothing of a gap", () => expect(readingAt(full, linesOf(full), from + minute)?.lines[0]?.share).toBeNull());
  it("leaves empty steps out of the table", () => expect(allReadings(full, linesOf(full))).toHaveLength(2));
});
