import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrames, encodeFrame } from "./frame.ts";

const payloads = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 6 },
);
const spool = (all: Buffer[]): Buffer => Buffer.concat(all.map(encodeFrame));
const decoded = (bytes: Buffer): Buffer[] => decodeFrames(bytes).map(({ payload }) => payload);

test("what was framed comes back, and the ends lie one after the other", () => {
  fc.assert(
    fc.property(payloads, (all) => {
      const bytes = spool(all);
      const frames = decodeFrames(bytes);
      expect(frames.map(({ payload }) => payload)).toEqual(all);
      expect(frames.at(-1)?.end ?? 0).toBe(bytes.length);
    }),
  );
});

test("cut at any byte, the frames before the cut are whole and the rest is as if it were not there", () => {
  fc.assert(
    fc.property(payloads, (all) => {
      const bytes = spool(all);
      const ends = decodeFrames(bytes).map(({ end }) => end);
      for (let cut = 0; cut <= bytes.length; cut++) {
        expect(decoded(bytes.subarray(0, cut))).toEqual(all.slice(0, ends.filter((end) => end <= cut).length));
      }
    }),
  );
});

test("a changed byte never becomes a record, and what stands before it is untouched", () => {
  fc.assert(
    fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, place, change) => {
      const bytes = spool(all);
      fc.pre(bytes.length > 0);
      const at = place % bytes.length;
      const before = decodeFrames(bytes).filter(({ end }) => end <= at).length;
      bytes[at] = (bytes[at] as number) ^ change;
      expect(decoded(bytes)).toEqual(all.slice(0, before));
    }),
  );
});

test("zeros where data never arrived are no frames", () => {
  expect(decoded(Buffer.concat([encodeFrame(Buffer.from("a")), Buffer.alloc(4096)]))).toEqual([Buffer.from("a")]);
});
