// JSONata expressions of settings: compiled once, evaluated within a time, a depth and a size, without the parts of the language
// that would run text out of the data.
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import jsonata from "jsonata";
import { LinearRegExp } from "./pattern.ts";

/** `bindings` are the expression's variables: `$param.id` for `{ param: { id } }`. */
export type JsonExpression = {
  evaluate(input: unknown, bindings: Record<string, unknown>): Promise<Result<unknown, string>>;
};

export function compileExpression(text: string): Result<JsonExpression, string> {
  if (text.length > LIMITS.expression_characters_max)
    return failed(`the expression is longer than ${LIMITS.expression_characters_max} characters`);
  try {
    const expression = jsonata(text, {
      timeout: LIMITS.expression_ms,
      stack: LIMITS.expression_depth_max,
      sequence: LIMITS.expression_items_max,
      // The library uses the constructor, `exec` and `lastIndex` of it and nothing else.
      RegexEngine: LinearRegExp as unknown as RegExpConstructor,
    });
    const fault = faultIn(expression.ast());
    if (fault !== undefined) return failed(fault);
    return ok({ evaluate: (input, bindings) => run(expression, input, bindings) });
  } catch (error) {
    return failed(messageOf(error));
  }
}

/** What an expression makes of data that it was not written for is an expected failure. */
async function run(
  expression: jsonata.Expression,
  input: unknown,
  bindings: Record<string, unknown>,
): Promise<Result<unknown, string>> {
  try {
    return ok(await expression.evaluate(input, bindings));
  } catch (error) {
    return failed(messageOf(error));
  }
}

/** Functions that run text, or make it as long as the data says. */
const FORBIDDEN = new Set(["eval", "pad"]);

function faultIn(node: unknown): string | undefined {
  if (node instanceof RegExp) return patternFault(node);
  if (node === null || typeof node !== "object") return undefined;
  if ("type" in node && node.type === "variable" && "value" in node && FORBIDDEN.has(String(node.value)))
    return `$${String(node.value)} cannot be used here`;
  for (const member of Object.values(node)) {
    const fault = faultIn(member);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function patternFault(pattern: RegExp): string | undefined {
  try {
    new LinearRegExp(pattern);
    return undefined;
  } catch (error) {
    return `the pattern /${pattern.source}/ cannot be matched in linear time: ${(error as Error).message}`;
  }
}

/** The library throws plain objects. */
function messageOf(error: unknown): string {
  const told =
    error !== null && typeof error === "object" && "message" in error ? String(error.message) : String(error);
  const place =
    error !== null && typeof error === "object" && "position" in error ? ` (character ${error.position})` : "";
  return `${told}${place}`;
}
