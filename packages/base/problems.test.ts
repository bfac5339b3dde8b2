import { expect, test } from "vitest";
import { Problem, problemDocument } from "./problem-document.ts";
import { PROBLEMS } from "./problems.ts";

test.each(Object.entries(PROBLEMS))("%s says what happened and what to do", (code, { status, title, advice }) => {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(title).not.toMatch(/\.$/);
  expect(advice).toMatch(/\.$/);
  expect(problemDocument(code as keyof typeof PROBLEMS, { detail: "d" })).toMatchObject({ code, status, detail: "d" });
});

test("a thrown problem keeps its code and details", () => {
  const problem = new Problem("not_found", { detail: "no issue 7" });
  expect(problem).toMatchObject({ code: "not_found", message: "no issue 7", details: { detail: "no issue 7" } });
});
