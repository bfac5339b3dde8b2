import { expect, test } from "vitest";
import { LIMITS } from "./limits.ts";
import { scrubHeaders, scrubPayload, scrubQuery, scrubText } from "./scrub.ts";

test.each([
  ["write to lena.k+shop@example.co.uk please", "write to [hidden] please"],
  ["my card is 4111 1111 1111 1111, thanks", "my card is [hidden], thanks"],
  ["order 4111 1111 1111 1112 is late", "order 4111 1111 1111 1112 is late"],
  ["IBAN DE89 3704 0044 0532 0130 00.", "IBAN [hidden]."],
  ["Authorization: Bearer abcdefghijk123", "Authorization: Bearer [hidden]"],
  ["key sk-proj_abcdefghijklmnop1234 leaked", "key [hidden] leaked"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "[hidden]"],
  ["call +49 170 1234567 today", "call [hidden] today"],
  ["took 1.2 s at 14:21 on 2026-11-21", "took 1.2 s at 14:21 on 2026-11-21"],
])("text %j", (text, scrubbed) => {
  expect(scrubText(text)).toBe(scrubbed);
});

test("header values that carry credentials are hidden by name", () => {
  expect(
    scrubHeaders([
      ["Authorization", "anything"],
      ["X-Api-Key", "anything"],
      ["x-shop-session", "anything"],
      ["accept", "text/html"],
    ]),
  ).toEqual([
    ["Authorization", "[hidden]"],
    ["X-Api-Key", "[hidden]"],
    ["x-shop-session", "[hidden]"],
    ["accept", "text/html"],
  ]);
});

test("a query keeps its names and loses its secrets", () => {
  expect(scrubQuery("page=2&api_key=abc&q=lena%40example.com&flag&key=AIza1")).toBe(
    "page=2&api_key=[hidden]&q=[hidden]&flag&key=[hidden]",
  );
});

test("what has no name in a query is scrubbed as text, and an encoded name is still a name", () => {
  expect(scrubQuery("lena%40example.com&p%61ssword=x&user[password]=x")).toBe(
    "[hidden]&p%61ssword=[hidden]&user[password]=[hidden]",
  );
  expect(scrubQuery("/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig")).toBe("/reset/[hidden]");
});

test.each(["accessToken", "clientSecret", "sessionId", "X-AuthToken", "newPassword", "apiKeys"])(
  "%s is a secret's name",
  (name) => {
    expect(JSON.parse(scrubPayload(JSON.stringify({ [name]: "x" })))).toEqual({ [name]: "[hidden]" });
  },
);

test.each(["author", "opinion", "tokenizer", "secretary", "sidebar", "side"])("%s is an ordinary name", (name) => {
  expect(JSON.parse(scrubPayload(JSON.stringify({ [name]: "x" })))).toEqual({ [name]: "x" });
});

test.each([
  ["the beginnings of many tokens", (size: number) => scrubText("-eyJaaaaaaaa".repeat(size / 12))],
  [
    "a name of many secrets",
    (size: number) => scrubPayload(`{${JSON.stringify(`${"token_".repeat(size / 6)}\n`)}:""}`),
  ],
])("%s cost time in proportion to their length", (_, scrub) => {
  const took = (size: number): number => {
    const from = performance.now();
    scrub(size);
    return performance.now() - from;
  };
  // Quadratic work took more than a second for this much, and it is done beside running calls.
  expect(Math.min(took(LIMITS.capture_body_bytes_max), took(LIMITS.capture_body_bytes_max))).toBeLessThan(100);
});

test("JSON is scrubbed by member name and by value, and numbers that only sound secret stay", () => {
  const payload = {
    password: "p",
    max_tokens: 100,
    user: { email: "a@b.example", access_token: { deep: 1 } },
    card: 4111111111111111,
  };
  expect(JSON.parse(scrubPayload(JSON.stringify(payload)))).toEqual({
    password: "[hidden]",
    max_tokens: 100,
    user: { email: "[hidden]", access_token: "[hidden]" },
    card: "[hidden]",
  });
});

test("JSON that was cut in the middle still loses its secrets", () => {
  expect(scrubPayload('{"password":"hunter2","note":"hi","token":"abc')).toBe(
    '{"password":"[hidden]","note":"hi","token":"[hidden]"',
  );
});
