// Turns what the schema library reports into problems in our words: closest known key, closest known value, what is missing.
import { closest } from "@holdfast/base";
import type { z } from "zod";
import { keysAt, type SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** `valueAt` gives what the document holds at a path, undefined where it holds nothing. */
export function describeIssue(issue: Issue, valueAt: (path: SettingsPath) => unknown): PathProblem[] {
  const path = issue.path as SettingsPath;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key));
    case "invalid_key":
      return [{ path, message: `this name is not possible: ${issue.issues[0]?.message ?? issue.message}` }];
    case "invalid_union":
      return describeUnion(issue, valueAt);
    case "invalid_value":
      return [unknownValue(issue, valueAt(path))];
    case "invalid_type":
      return [{ path, message: typeMessage(issue, valueAt(path)) }];
    case "too_small":
      return [{ path, message: boundMessage(issue, `at least ${issue.minimum}`) }];
    case "too_big":
      return [{ path, message: boundMessage(issue, `at most ${issue.maximum}`) }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(path: SettingsPath, key: string): PathProblem {
  const known = keysAt(path);
  const near = closest(key, known);
  const suggestion = near ? `did you mean ${near}?` : `known here: ${known.join(", ")}`;
  return { path: [...path, key], message: "is not a known setting", suggestion };
}

function unknownValue(issue: Extract<Issue, { code: "invalid_value" }>, value: unknown): PathProblem {
  const known = issue.values.map(String);
  const near = typeof value === "string" ? closest(value, known) : undefined;
  const expected = known.length > 1 ? `one of ${known.join(", ")}` : String(known[0]);
  const message = /^Invalid /.test(issue.message) ? `expected ${expected}` : issue.message;
  const suggestion = near ? `did you mean ${near}?` : undefined;
  return { path: issue.path as SettingsPath, message, ...(suggestion ? { suggestion } : {}) };
}

const TYPE_NAMES: Record<string, string> = {
  object: "a mapping",
  record: "a mapping from names",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** The schema's own words where it has some; otherwise what was expected, and whether anything is there at all. */
function typeMessage(issue: Extract<Issue, { code: "invalid_type" }>, value: unknown): string {
  const own = /^Invalid input/.test(issue.message) ? undefined : issue.message;
  const expected = own ?? `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
  return value === undefined ? `is missing: ${expected}` : expected;
}

const COUNTED: Record<string, string> = { array: " in the list", string: " characters" };

/** The schema's own words where it has some. */
function boundMessage({ message, origin }: { message: string; origin: string }, bound: string): string {
  if (!/^Too (small|big)/.test(message)) return message;
  const counted = COUNTED[origin];
  return counted && bound === "at least 1" ? "is empty" : `expected ${bound}${counted ?? ""}`;
}

/** Reports the branch that the writer most likely meant: the one whose own type fits what is there. */
function describeUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  valueAt: (path: SettingsPath) => unknown,
): PathProblem[] {
  const path = issue.path as SettingsPath;
  const meant = issue.errors.find((branch) => !branch.some((at) => at.path.length === 0 && at.code === "invalid_type"));
  if (meant)
    return meant.flatMap((inner) =>
      describeIssue({ ...inner, path: [...path, ...inner.path] } as Issue, (inner_path) => valueAt(inner_path)),
    );
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const value = valueAt(path);
  const near = typeof value === "string" ? closest(value, options) : undefined;
  const message = options.length > 0 ? `expected one of ${options.join(", ")}` : "has a shape that is not known here";
  return [{ path, message, ...(near ? { suggestion: `did you mean ${near}?` } : {}) }];
}
