import { PROBLEMS, type ProblemCode } from "@holdfast/base";
import type { PlanModel } from "@holdfast/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnswerCase, DialectCases } from "./case.ts";
import type { ChatResult, Dialect } from "./dialect.ts";
import { dialects } from "./dialects.ts";
import { cases as openaiChatCases } from "./openai-chat/cases.ts";

const CASES: Record<string, DialectCases> = { "openai-chat": openaiChatCases };

describe.each(dialects)("$id", (dialect) => {
  const { requests, refusals, answers } = CASES[dialect.id] as DialectCases;

  test.each(requests)("sends: $name", ({ body, read, target, sent }) => {
    const request = dialect.readRequest(Buffer.from(body));
    if (!request.ok) throw new Error(request.error);
    expect(request.value).toMatchObject(read);
    const { headers, body: written } = dialect.writeRequest(request.value, target);
    expect(Buffer.from(written).toString()).toBe(sent);
    expect(headers).toContainEqual(["authorization", `Bearer ${target.key}`]);
    expect(headers).toContainEqual(["accept-encoding", "identity"]);
  });

  test("has refusals", () => expect(refusals.length).toBeGreaterThan(0));

  test.each(refusals)("refuses: $name", ({ body, says }) => {
    const request = dialect.readRequest(Buffer.from(body));
    expect(request.ok ? "accepted" : request.error).toMatch(says);
  });

  test.each(answers)("meters: $name", (answer) => {
    const bytes = Buffer.from(answer.answer);
    expect(pass(dialect, answer, [bytes])).toEqual({ passed: answer.passed ?? answer.answer, result: answer.result });
  });

  test.each(answers)("wherever it is cut, meters the same: $name", (answer) => {
    const bytes = Buffer.from(answer.answer);
    const positions = fc.array(fc.nat(bytes.length), { maxLength: bytes.length });
    const expected = { passed: answer.passed ?? answer.answer, result: answer.result };
    fc.assert(
      fc.property(positions, (cuts) => {
        expect(pass(dialect, answer, cutAt(bytes, cuts))).toEqual(expected);
      }),
    );
    expect(pass(dialect, answer, cutAt(bytes, [...bytes.keys()]))).toEqual(expected);
  });

  test("answers every problem in the dialect's shape", () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const { status, body } = dialect.error(code, 'Try "again".');
      expect(status).toBe(PROBLEMS[code].status);
      expect(JSON.parse(body)).toEqual({
        error: { message: 'Try "again".', type: expect.any(String), param: null, code: expect.any(String) },
      });
    }
  });

  test("lists the models by their aliases", () => {
    const listed = dialect.models([{ name: "assistant" } as PlanModel]);
    expect(listed).toMatchObject({ object: "list", data: [{ id: "assistant", object: "model" }] });
  });
});

function pass(
  dialect: Dialect,
  { content_type, hide_usage }: AnswerCase,
  chunks: Uint8Array[],
): { passed: string; result: ChatResult } {
  const meter = dialect.createMeter({ stream: true, hide_usage, content_type });
  const passed = [...chunks.map((chunk) => meter.push(chunk)), meter.end()];
  return { passed: Buffer.concat(passed).toString(), result: meter.result() };
}

function cutAt(bytes: Buffer, positions: number[]): Buffer[] {
  const cuts = [0, ...positions.toSorted((left, right) => left - right), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}
