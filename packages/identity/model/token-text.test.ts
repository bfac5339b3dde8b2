import { scrubText } from "@holdfast/base";
import { expect, test } from "vitest";
import { hashOfSecret, isWholeToken, looksLikeToken, writeToken } from "./token-text.ts";

const ID = "0190a5c4-1234-7abc-8def-0123456789ab";
const TOKEN = writeToken(ID, new Uint8Array(32).fill(7));

test("a token has its published form", () => {
  expect(TOKEN).toMatch(/^hft_[\w-]{65}[0-9a-f]{8}$/);
  expect(TOKEN).toHaveLength(77);
  expect([looksLikeToken(TOKEN), isWholeToken(TOKEN)]).toEqual([true, true]);
});

test.each([
  ["cut", TOKEN.slice(0, -1)],
  ["extended", `${TOKEN}0`],
  ["changed in its id", TOKEN.replace("hft_A", "hft_B")],
  ["changed in its secret", TOKEN.replace("BwcH", "BwcI")],
  ["of another kind", TOKEN.replace("hft_", "hfk_")],
])("a token that was %s is not whole", (_, text) => {
  expect(text).not.toBe(TOKEN);
  expect(isWholeToken(text)).toBe(false);
});

test("tokens of one secret differ by their id, and so do their hashes", () => {
  const other = writeToken("0190a5c4-1234-7abc-8def-0123456789ac", new Uint8Array(32).fill(7));
  expect(hashOfSecret(other)).not.toBe(hashOfSecret(TOKEN));
});

test("a token in a text is recognised and hidden", () => {
  expect(scrubText(`use ${TOKEN} for that`)).toBe("use [hidden] for that");
});
