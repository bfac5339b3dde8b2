import { LIMITS } from "@holdfast/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBoundaryFinder, createFrameFilter, readFrame } from "./frames.ts";

test("bytes that pass are not copied", () => {
  const filter = createFrameFilter(() => true);
  const chunk = Buffer.from("data: 1\n\ndata: 2\n\ndata: 3");
  const passed = filter.push(chunk);
  expect(Buffer.from(passed).toString()).toBe("data: 1\n\ndata: 2\n\n");
  expect(passed.buffer).toBe(chunk.buffer);
  expect(passed.byteOffset).toBe(chunk.byteOffset);
});

test("a frame longer than the limit passes at once and unread, and the next is read again", () => {
  const read: string[] = [];
  const filter = createFrameFilter((frame) => {
    read.push(frame.toString());
    return false;
  });
  const long = Buffer.alloc(LIMITS.event_frame_bytes_max + 1, "x");
  expect(filter.push(long).length).toBe(long.length);
  expect(Buffer.from(filter.push(Buffer.from("y\n\ndata: 2\n\n"))).toString()).toBe("y\n\n");
  expect(read).toEqual(["data: 2\n\n"]);
});

test("many small chunks of one long frame cost no more than their bytes", () => {
  const filter = createFrameFilter(() => true);
  const started = performance.now();
  for (let index = 0; index < LIMITS.event_frame_bytes_max; index++) filter.push(Buffer.from("x"));
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.each([
  ["\n", [9, 18]],
  ["\r\n", [11, 22]],
])("frames end after blank lines ended by %j", (ending, ends) => {
  expect(createBoundaryFinder()(Buffer.from(`data: 1${ending}${ending}data: 2${ending}${ending}`))).toEqual(ends);
});

test("however a stream is cut, it has the same frames, also with endings mixed", () => {
  const piece = fc.constantFrom("\r", "\n", "\r\n", "data: 1", ":", "event: x");
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(60)), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(""));
      const whole: string[] = [];
      const split: string[] = [];
      run(whole, [bytes]);
      run(split, cutAt(bytes, cuts));
      expect(split).toEqual(whole);
    }),
  );
});

test.each([
  ["data: a\ndata:b\n\n", { event: undefined, data: "a\nb" }],
  ["event:error\r\ndata:  two spaces\r\n\r\n", { event: "error", data: " two spaces" }],
  ["\uFEFFdata\n\n", { event: undefined, data: "" }],
  [": comment\ndataset: 1\n\n", { event: undefined, data: undefined }],
])("reads %j", (frame, read) => {
  expect(readFrame(Buffer.from(frame))).toEqual(read);
});

function run(frames: string[], chunks: Buffer[]): void {
  const filter = createFrameFilter((frame) => {
    if (frame.length > 0) frames.push(frame.toString());
    return true;
  });
  for (const chunk of chunks) filter.push(chunk);
  filter.end();
}

function cutAt(bytes: Buffer, positions: number[]): Buffer[] {
  const inside = positions.filter((position) => position < bytes.length).toSorted((left, right) => left - right);
  const cuts = [0, ...inside, bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}
