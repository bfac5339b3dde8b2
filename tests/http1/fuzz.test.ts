import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { check, fuzz } from "./compare.ts";
import { seeded } from "./messages.ts";

/** HTTP1_FUZZ_SEED repeats a run that found something. */
const seed = Number(process.env.HTTP1_FUZZ_SEED ?? randomInt(2 ** 31));

test(`100,000 messages are read as Node reads them (seed ${seed})`, () => {
  console.log(`http1 fuzz: seed ${seed}`);
  const counts = fuzz(seed, 100_000);
  expect(counts.made).toBe(100_000);
  // Neither side of the border may go missing from what is made.
  expect(counts.accepted).toBeGreaterThan(20_000);
  expect(counts.refused).toBeGreaterThan(20_000);
}, 120_000);

test("a message that Node reads otherwise would be found", () => {
  const oracle_knows = Buffer.from("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  expect(check("request", oracle_knows, seeded(1)).messages).toHaveLength(1);
  // The answer to a request is no request: Node refuses it, and so must we.
  expect(check("request", Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), seeded(1))).toMatchObject({ refused: true });
});
