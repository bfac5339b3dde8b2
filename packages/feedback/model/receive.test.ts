import { idSource, referenceKey, signReference, simulatedClock } from "@holdfast/base";
import { FeedbackInput } from "@holdfast/contract";
import { expect, test } from "vitest";
import { feedbackOf, isRepeat } from "./receive.ts";
import { hashOfToken, isTokenOf, reportToken } from "./report-token.ts";

const key = referenceKey(new Uint8Array(32).fill(1), "acme");
const stranger = referenceKey(new Uint8Array(32).fill(1), "other");
const ids = idSource(simulatedClock());
const received = { id: ids(), now: 1_000, channel: "widget" as const, key };

function input(fields: Partial<FeedbackInput>): FeedbackInput {
  return FeedbackInput.parse({ site: "shop", message: "It fails", ...fields });
}

test("texts are scrubbed before anything else sees them", () => {
  const row = feedbackOf(
    input({
      message: "My card 4111 1111 1111 1111 was refused",
      page: "https://shop.example/pay?token=abc&step=2#access_token=xyz&mail=a@b.example",
      device: "Firefox of lena@example.com",
    }),
    received,
  );
  expect(row.message).toBe("My card [hidden] was refused");
  expect(row.page).toBe("https://shop.example/pay?token=[hidden]&step=2#access_token=[hidden]&mail=[hidden]");
  expect(row.device).toBe("Firefox of [hidden]");
});

test("only genuine references of this workspace count, each call once", () => {
  const [first, second, foreign] = [ids(), ids(), ids()];
  const references = [
    signReference(key, first),
    signReference(stranger, foreign),
    "hf2.made.up",
    signReference(key, second),
    signReference(key, first),
  ];
  const { calls } = feedbackOf(input({ references }), received);
  expect(calls.map(({ call_id }) => call_id)).toEqual([first, second]);
  expect(calls.every(({ found, failed }) => !found && !failed)).toBe(true);
});

test("a row begins as received, in no issue, and keeps only a hash of its token", () => {
  const row = feedbackOf(input({ reporter: { name: "  " } }), received);
  expect(row).toMatchObject({ status: "received", issue_id: null, created_at: 1_000, channel: "widget" });
  expect(row).toMatchObject({ reporter_name: null, reporter_email: null, page: null, idempotency_key: null });
  expect(JSON.stringify(row)).not.toContain(reportToken(key, row.id));
  expect(isTokenOf(row.token_hash, reportToken(key, row.id))).toBe(true);
  expect(isTokenOf(row.token_hash, reportToken(stranger, row.id))).toBe(false);
  expect(isTokenOf(row.token_hash, "")).toBe(false);
});

test("a token is the same each time, and another for each report", () => {
  expect(reportToken(key, received.id)).toBe(reportToken(key, received.id));
  expect(reportToken(key, received.id)).not.toBe(reportToken(key, ids()));
  expect(reportToken(key, received.id)).toMatch(/^[\w-]{43}$/);
  expect(hashOfToken("a")).toMatch(/^[0-9a-f]{64}$/);
});

test("a repeat says the same; other words are another report", () => {
  const first = feedbackOf(input({ idempotency_key: "a-key-of-it" }), received);
  const again = feedbackOf(input({ idempotency_key: "a-key-of-it" }), { ...received, id: ids(), now: 2_000 });
  expect(isRepeat(first, again)).toBe(true);
  expect(isRepeat(first, { ...again, message: "What does it say?" })).toBe(false);
});
