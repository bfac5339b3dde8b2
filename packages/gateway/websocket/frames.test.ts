import { expect, test } from "vitest";
import { closeFrame, FrameWatch } from "./frames.ts";

const MASK = [1, 2, 3, 4];

/** A frame as a client sends it. */
function masked(first: number, payload: number[]): number[] {
  return [...head(first, payload.length, 0x80), ...MASK, ...payload.map((byte, at) => byte ^ (MASK[at % 4] as number))];
}

function head(first: number, length: number, bit: number): number[] {
  if (length < 126) return [first, bit | length];
  if (length < 65536) return [first, bit | 126, length >> 8, length & 0xff];
  return [first, bit | 127, 0, 0, 0, 0, 0, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
}

const plain = (first: number, payload: number[]) => [...head(first, payload.length, 0), ...payload];
const filled = (length: number) => new Array<number>(length).fill(7);

function watch(from: "client" | "server", bytes: number[], piece = bytes.length, message_bytes_max = 100_000) {
  const watched = new FrameWatch(from, { message_bytes_max });
  const passed: number[] = [];
  for (let at = 0; at < bytes.length && !watched.trouble; at += piece)
    passed.push(...watched.push(Uint8Array.from(bytes.slice(at, at + piece))));
  return { passed, watched };
}

const TEXT = 0x81;
const PING = 0x89;

test.each([1, 3, 100_000])("frames of all lengths pass unchanged, in pieces of %i bytes", (piece) => {
  const frames = [0, 125, 126, 65_535, 65_536].flatMap((length) => masked(TEXT, filled(length)));
  const { passed, watched } = watch("client", frames, piece);
  expect(watched.trouble).toBeUndefined();
  expect(Buffer.from(passed).equals(Buffer.from(frames))).toBe(true);
  expect(watched.between_frames).toBe(true);
});

test("a control frame may stand between fragments", () => {
  const frames = [...plain(0x01, [1]), ...plain(PING, []), ...plain(0x80, [2])];
  expect(watch("server", frames).watched.trouble).toBeUndefined();
});

test.each<[string, "client" | "server", number[], number]>([
  ["5.1: a client that does not mask", "client", plain(TEXT, [1]), 1002],
  ["5.1: a server that masks", "server", masked(TEXT, [1]), 1002],
  ["5.2: an opcode that is reserved", "server", plain(0x83, [1]), 1002],
  ["5.4: a continuation of nothing", "server", plain(0x80, [1]), 1002],
  ["5.4: a message within a message", "server", [...plain(0x01, [1]), ...plain(TEXT, [1])], 1002],
  ["5.5: a control frame in fragments", "server", plain(0x09, []), 1002],
  ["5.5: a long control frame", "server", plain(PING, filled(126)), 1002],
  ["5.5.1: half a status", "server", plain(0x88, [3]), 1002],
  ["5.5.1: a frame behind the close frame", "server", [...plain(0x88, [3, 232]), ...plain(TEXT, [1])], 1002],
  ["7.4.1: a message over the limit", "server", plain(TEXT, filled(201)), 1009],
  ["7.4.1: fragments over the limit", "server", [...plain(0x01, filled(150)), ...plain(0x80, filled(51))], 1009],
  ["7.4.1: a length that only announces", "server", [TEXT, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255], 1009],
])("RFC 6455 section %s stops the connection", (_, from, bytes, code) => {
  expect(watch(from, bytes, bytes.length, 200).watched.trouble?.code).toBe(code);
  expect(watch(from, bytes, 1, 200).watched.trouble?.code).toBe(code);
});

test("nothing of the frame that breaks a rule goes on", () => {
  const { passed } = watch("server", [...plain(TEXT, [1, 2]), ...plain(TEXT, filled(300))], 1, 200);
  expect(passed).toEqual(plain(TEXT, [1, 2]));
});

test.each([1, 100])("the status of a close frame is read, in pieces of %i bytes", (piece) => {
  expect(watch("client", masked(0x88, [3, 233, 65]), piece).watched.close_code).toBe(1001);
  expect(watch("server", plain(0x88, []), piece).watched.close_code).toBe(1005);
});

test("our own close frames are frames", () => {
  for (const [towards, from] of [
    ["client", "server"],
    ["server", "client"],
  ] as const)
    expect(watch(from, [...closeFrame(1009, towards)]).watched).toMatchObject({ trouble: undefined, close_code: 1009 });
});
