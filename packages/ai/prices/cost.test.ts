import type { ModelTarget } from "@holdfast/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf } from "./cost.ts";

const AT = Date.UTC(2026, 0, 5);
const openai: ModelTarget = {
  provider: "openai",
  kind: "openai",
  url: "https://api.openai.com/v1",
  model: "gpt-4o-mini",
};
const local: ModelTarget = {
  provider: "local",
  kind: "openai-compatible",
  url: "http://127.0.0.1:11434/v1",
  model: "gpt-4o-mini",
};
const groq: ModelTarget = { ...local, url: "https://api.groq.com/openai/v1", model: "llama-3.3-70b-versatile" };
const prices = { input_usd_per_million: 2, output_usd_per_million: 10, cached_input_usd_per_million: 0.5 };

describe.each([
  // gpt-4o-mini: 0.15 in, 0.075 cached, 0.60 out, in dollars per million tokens
  ["known model", openai, { input_tokens: 1000, cached_input_tokens: 0, output_tokens: 100 }, 150_000 + 60_000],
  [
    "cached tokens counted once",
    openai,
    { input_tokens: 1000, cached_input_tokens: 400, output_tokens: 100 },
    90_000 + 30_000 + 60_000,
  ],
  [
    "dated name of a known model",
    { ...openai, model: "gpt-4o-mini-2024-07-18" },
    { input_tokens: 1000, cached_input_tokens: 0, output_tokens: 0 },
    150_000,
  ],
  [
    "known by its address",
    groq,
    { input_tokens: 1000, cached_input_tokens: 0, output_tokens: 1000 },
    590_000 + 790_000,
  ],
  [
    "own server, whatever it calls its model",
    local,
    { input_tokens: 1000, cached_input_tokens: 0, output_tokens: 100 },
    undefined,
  ],
  [
    "unknown model",
    { ...openai, model: "no-such-model" },
    { input_tokens: 1, cached_input_tokens: 0, output_tokens: 1 },
    undefined,
  ],
  [
    "settings' own prices",
    { ...local, prices },
    { input_tokens: 1000, cached_input_tokens: 400, output_tokens: 100 },
    1_200_000 + 200_000 + 1_000_000,
  ],
  [
    "settings' prices beat the table",
    { ...openai, prices },
    { input_tokens: 10, cached_input_tokens: 0, output_tokens: 0 },
    20_000,
  ],
  ["more cached than there was", openai, { input_tokens: 10, cached_input_tokens: 400, output_tokens: 0 }, 750],
  ["nothing used", openai, { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0 }, 0],
] as const)("%s", (_, target, usage, cost) => {
  test(`costs ${cost} nano dollars`, () => expect(costOf(usage, target, AT)).toBe(cost));
});

test("is a whole number, never negative, and grows with every kind of token", () => {
  const count = fc.nat(10_000_000);
  fc.assert(
    fc.property(
      count,
      count,
      count,
      fc.constantFrom(openai, groq, { ...local, prices }),
      (input, cached, output, target) => {
        const cost = (more: number): number =>
          costOf(
            { input_tokens: input + more, cached_input_tokens: cached, output_tokens: output + more },
            target,
            AT,
          ) as number;
        expect(Number.isSafeInteger(cost(0))).toBe(true);
        expect(cost(0)).toBeGreaterThanOrEqual(0);
        expect(cost(1)).toBeGreaterThanOrEqual(cost(0));
      },
    ),
  );
});
