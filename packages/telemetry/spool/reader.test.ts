import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing.ts";
import { encodeFrame, SEGMENT_FORMAT } from "./frame.ts";
import { readSegment } from "./reader.ts";
import { segmentPath } from "./segments.ts";

const segment = { node: "w1", sequence: 1 };
const payloads = [Buffer.from("one"), Buffer.from("another")];
const frames = Buffer.concat(payloads.map(encodeFrame));

function segmentOf(...parts: (string | Buffer)[]): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, segment.node));
  writeFileSync(segmentPath(dir, segment), Buffer.concat(parts.map((part) => Buffer.from(part))));
  return dir;
}

test.each([2, 3, SEGMENT_FORMAT])(
  "a segment of format %i is read from any of its places, and says which it is",
  async (format) => {
    const dir = segmentOf(`hfspool${format}`, frames, "torn");
    const whole = await readSegment(dir, segment, 0);
    expect(whole?.frames.map(({ payload }) => payload)).toEqual(payloads);
    expect(whole).toMatchObject({ format, rest_bytes: 4 });
    const [first, second] = (whole?.frames ?? []).map(({ end }) => end);
    expect(await readSegment(dir, segment, first as number)).toEqual({
      frames: [{ payload: payloads[1], end: second }],
      rest_bytes: 4,
      format,
    });
    expect(await readSegment(dir, segment, second as number)).toEqual({ frames: [], rest_bytes: 4, format });
  },
);

test.each([
  ["a format that nobody knows", "hfspool9"],
  ["one that is older than those that are read", "hfspool1"],
  ["something else", "anything"],
])("nothing is read of %s", async (_, magic) => {
  const dir = segmentOf(magic, frames);
  expect(await readSegment(dir, segment, 0)).toMatchObject({ frames: [], rest_bytes: 8 + frames.length });
});

test("a segment that is not begun yet has nothing, and one that is gone is not there", async () => {
  expect(await readSegment(segmentOf("hfsp"), segment, 0)).toMatchObject({ frames: [], rest_bytes: 4 });
  expect(await readSegment(segmentOf(), segment, 0)).toMatchObject({ frames: [], rest_bytes: 0 });
  expect(await readSegment(temporaryFolder(), segment, 0)).toBeUndefined();
});
