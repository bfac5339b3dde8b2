import { LIMITS } from "@holdfast/base";
import { CallRecord } from "@holdfast/contract";
import { expect, test } from "vitest";
import { callRecord } from "../testing-records.ts";
import { countRecords, decodeRecords } from "./decode.ts";
import { RecordEncoder } from "./encode.ts";
import { NUMBERED_MAX, NumberedTexts } from "./numbered.ts";

function roundTrip(records: CallRecord[]): CallRecord[] {
  const encoder = new RecordEncoder();
  for (const record of records) expect(encoder.add(record)).toBe(true);
  const payload = encoder.finish();
  expect(countRecords(payload)).toBe(records.length);
  return decodeRecords(payload).records;
}

const full = callRecord({
  query: "a=ü&b=%20",
  error_origin: "upstream",
  refused_by: "rate-limit",
  reason: "x".repeat(LIMITS.reason_characters_max),
  protocol: "http/2",
  encrypted: true,
  attempts: 3,
  cache: "stale",
  shadow_of: "0199a0d0-0000-7000-8000-000000000000",
  parent_span_id: "00f067aa0ba902b7",
  request_bytes: 10 * 1024 ** 3,
  response_bytes: Number.MAX_SAFE_INTEGER - 1,
  ai: {
    model: "assistant",
    provider: null,
    provider_model: null,
    stream: true,
    input_tokens: 0,
    cached_input_tokens: null,
    output_tokens: 7,
    cost_nano_usd: 12,
    first_token_us: null,
    finish_reason: "stop",
    attempts: 1,
  },
  capture: {
    request_headers: [["a", "b"]],
    response_headers: null,
    request_body: "{}",
    response_body: "\u0000😀",
    cut: false,
  },
  notes: "sql-1",
  compared: { release: "v1", status: 200, duration_us: 1_200, differs: ["status", "body"] },
});

test("every field of a record comes back, the large and the empty ones too", () => {
  const bare = callRecord({
    route: null,
    host: "",
    user_agent: null,
    consumer: null,
    upstream_status: null,
    protocol: "",
  });
  expect(roundTrip([full, bare, full])).toEqual([full, bare, full]);
  for (const record of roundTrip([full, bare])) expect(CallRecord.parse(record)).toEqual(record);
});

test("a field that the schema has and the format forgot would be missed", () => {
  expect(Object.keys(roundTrip([full])[0] as CallRecord).sort()).toEqual(Object.keys(CallRecord.shape).sort());
});

/** Two records as a process of format 2 wrote them. */
const FORMAT_2 = [
  "AgAAABEBmQAAAABwAIAAAAAAAAABgZiu6bgzumABB2RlZmF1bHQBCHdvcmtlci0xCAEDR0VUAQ9hcGkuZXhhbXBsZS5jb20BCi9vcmRlcnMvND",
  "ICBHE9w7wBDXJvdXRlcy5vcmRlcnMBAnYxAQ4xMjcuMC4wLjE6OTAwMQEEc2hvcAEJMTkyLjAuMi4wAQR0ZXN0yQHJAQECb2sAAAABCGh0dHAv",
  "MS4xAQIAAAGBBAIDci0xEUv5LzV3s02mo86SnQ4ORzYJAPBnqgupArcACxUfAAEpkU4AABEBmQAAAABwAIAAAAAAAAACgZiu6bgzumADBAgFBg",
  "cACAkKCwwNyQHJAQ4AAAAPAQIAAAGBBAIDci0xEUv5LzV3s02mo86SnQ4ORzYJAPBnqgupArcACxUfAAEpkU4AAip7ImFpIjpudWxsLCJjYXB0",
  "dXJlIjpudWxsLCJub3RlcyI6InNxbC0xIn0=",
].join("");

/** The same of format 3. */
const FORMAT_3 = [
  "AgAAABEBmQAAAABwAIAAAAAAAAABgZiu6bgzumABB2RlZmF1bHQBCHdvcmtlci0xCAEDR0VUAQ9hcGkuZXhhbXBsZS5jb20BCi9vcmRlcnMvND",
  "ICBHE9w7wBDXJvdXRlcy5vcmRlcnMBAnYxAQ4xMjcuMC4wLjE6OTAwMQEEc2hvcAEJMTkyLjAuMi4wAQR0ZXN0yQHJAQECb2sAAAABCGh0dHAv",
  "MS4xAQIAAAGBBAIDci0xEUv5LzV3s02mo86SnQ4ORzYJAPBnqgupArcACxUfAAEpkU4AAQsvb3JkZXJzLzppZAARAZkAAAAAcACAAAAAAAAAAo",
  "GYrum4M7pgAwQIBQYHAAgJCgsMDckByQEOAAAADwECAAABgQQCA3ItMRFL+S81d7NNpqPOkp0ODkc2CQDwZ6oLqQK3AAsVHwABKZFOABACKnsi",
  "YWkiOm51bGwsImNhcHR1cmUiOm51bGwsIm5vdGVzIjoic3FsLTEifQ==",
].join("");

test.each([
  [2, FORMAT_2, null],
  [3, FORMAT_3, "/orders/:id"],
] as const)(
  "records of format %i are read as they were, and tell when they are taken for the present one's",
  (...given) => {
    const [format, written, route] = given;
    const payload = Buffer.from(written, "base64");
    expect(decodeRecords(payload, format)).toEqual({
      records: [
        callRecord({ route, id: "01990000-0000-7000-8000-000000000001", query: "q=ü" }),
        callRecord({ route, id: "01990000-0000-7000-8000-000000000002", notes: "sql-1" }),
      ],
      unreadable: 0,
    });
    expect(decodeRecords(payload)).toEqual({ records: [], unreadable: 2 });
  },
);

test("a trace that began with its call is that call's id, and takes no room", () => {
  const record = callRecord({
    id: "01990000-0000-7000-8000-00000000000a",
    trace_id: "0199000000007000800000000000000a",
    span_id: "800000000000000a",
  });
  const sizes = [true, false].map((trace_is_id) => {
    const encoder = new RecordEncoder();
    encoder.add(record, trace_is_id);
    const { size } = encoder;
    expect(decodeRecords(encoder.finish()).records).toEqual([record]);
    return size;
  });
  expect(sizes).toEqual([expect.any(Number), (sizes[0] as number) + 26]);
});

test("request ids and traces of others come back as they were sent", () => {
  const foreign = callRecord({ request_id: "order/42:é", trace_id: "not-hex", span_id: "ABCDEF0123456789" });
  const same = { ...foreign, request_id: foreign.id };
  expect(roundTrip([foreign, same])).toEqual([foreign, same]);
});

test("texts beyond what is numbered come back too", () => {
  const many = Array.from({ length: NUMBERED_MAX + 10 }, (_, index) => callRecord({ path: `/orders/${index}` }));
  expect(roundTrip([...many, ...many])).toEqual([...many, ...many]);
});

test("what records have in common is written once", () => {
  const encoder = new RecordEncoder();
  encoder.add(callRecord());
  const first = encoder.size;
  encoder.add(callRecord());
  expect(encoder.size - first).toBeLessThan(100);
});

test("a record without room is refused and leaves nothing behind", () => {
  const encoder = new RecordEncoder();
  encoder.add(full);
  expect(encoder.add(callRecord({ path: "x".repeat(LIMITS.spool_frame_bytes_max) }))).toBe(false);
  expect(decodeRecords(encoder.finish()).records).toEqual([full]);
});

test("an encoder begins anew after each frame", () => {
  const encoder = new RecordEncoder();
  encoder.add(full);
  encoder.finish();
  encoder.add(full);
  expect(decodeRecords(encoder.finish()).records).toEqual([full]);
});

test.each([1, 20, 60, 200])(
  "a payload cut %i bytes before its end is not believed, and its records are counted",
  (bytes) => {
    const encoder = new RecordEncoder();
    encoder.add(full);
    encoder.add(full);
    const payload = encoder.finish();
    expect(decodeRecords(payload.subarray(0, -bytes))).toEqual({ records: [], unreadable: 2 });
  },
);

test("bytes behind the last record are not believed either", () => {
  const encoder = new RecordEncoder();
  encoder.add(full);
  expect(decodeRecords(Buffer.concat([encoder.finish(), Buffer.from([0])])).unreadable).toBe(1);
});

test("a text is found again by all of its characters, and only in its own frame", () => {
  const texts = new NumberedTexts();
  const bytes = Buffer.from("orders/1orders/2");
  const add = (text: string, at: number) => {
    expect(texts.find(text, bytes)).toBe(-1);
    expect(texts.has_room).toBe(true);
    texts.add(at, text.length);
  };
  add("orders/1", 0);
  add("orders/2", 8);
  add("orders/", 0);
  expect(["orders/1", "orders/2", "orders/", "orders/3", "rders/1", ""].map((text) => texts.find(text, bytes))).toEqual(
    [0, 1, 2, -1, -1, -1],
  );
  texts.clear();
  expect(texts.find("orders/1", bytes)).toBe(-1);
  expect(texts.size).toBe(0);
});

test("texts of one hash stay apart, and too many of them have no number", () => {
  const texts = new NumberedTexts();
  const bytes = Buffer.alloc(200_000);
  let end = 0;
  let refused = 0;
  // More than there are slots.
  for (let index = 0; index < 9_000; index++) {
    const text = `text-${index}`;
    expect(texts.find(text, bytes)).toBe(-1);
    bytes.write(text, end, "latin1");
    if (texts.has_room) texts.add(end, text.length);
    else refused++;
    end += text.length;
  }
  expect(texts.size).toBeLessThanOrEqual(NUMBERED_MAX);
  expect(refused).toBe(9_000 - texts.size);
  const found = Array.from({ length: 9_000 }, (_, index) => texts.find(`text-${index}`, bytes)).filter((at) => at >= 0);
  expect(found).toEqual(Array.from({ length: texts.size }, (_, place) => place));
});

test("texts beyond ASCII and long ones come back as they were, each time", () => {
  const records = ["ü", "x".repeat(256), "x".repeat(257), "€".repeat(100), "日本"].flatMap((path) => {
    const record = callRecord({ path, user_agent: path });
    return [record, record];
  });
  expect(roundTrip([...records, ...records])).toEqual([...records, ...records]);
});

test("a field that was always new is looked up again once it says the same", () => {
  const encoder = new RecordEncoder();
  const frame = (count: number, pathOf: (index: number) => string): number => {
    const records = Array.from({ length: count }, (_, index) => callRecord({ path: pathOf(index) }));
    for (const record of records) expect(encoder.add(record)).toBe(true);
    const payload = encoder.finish();
    expect(decodeRecords(payload).records).toEqual(records);
    return payload.length / count;
  };
  const taking_turns = (index: number) => `/orders/${"of-the-garden".repeat(3)}/${index % 3}`;
  const [paths, without] = [taking_turns(0).length, frame(100, taking_turns)];
  for (let round = 0; round < 4; round++) frame(500, (index) => `/orders/ü${round}/${index}`);
  for (let round = 0; round < 4; round++) frame(500, (index) => `/orders/${round}/${index}`);
  expect(frame(100, taking_turns)).toBeGreaterThan(without + paths * 0.9);
  for (let round = 0; round < 18; round++) frame(500, taking_turns);
  expect(frame(100, taking_turns)).toBe(without);
});

test("fields that say the same in frame after frame are written once in each, however many there were", () => {
  const encoder = new RecordEncoder();
  const frame = (): number => {
    for (let count = 0; count < 3; count++) expect(encoder.add(callRecord())).toBe(true);
    return encoder.finish().length;
  };
  const sizes = Array.from({ length: 2000 }, frame);
  expect(new Set(sizes)).toEqual(new Set([sizes[0]]));
});
