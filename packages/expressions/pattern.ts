// Patterns of settings, matched in time linear in the text whatever the pattern: RE2 in place of the platform's backtracking
// engine. What needs backtracking (look-around, back references) is refused when the pattern is compiled.
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import { RE2JS } from "re2js";

export type Pattern = { test(text: string): boolean; toString(): string };

/** `source` in the grammar of JavaScript, found anywhere in the text unless it has anchors. */
export function compilePattern(source: string): Result<Pattern, string> {
  if (source.length > LIMITS.expression_characters_max)
    return failed(`the pattern is longer than ${LIMITS.expression_characters_max} characters`);
  try {
    return ok(safePattern(source));
  } catch (error) {
    return failed(`the pattern cannot be matched in linear time or is broken: ${(error as Error).message}`);
  }
}

/** Throws what the engine throws; for libraries that take a constructor of patterns. */
export function safePattern(source: string): Pattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
  // Libraries tell patterns apart by their text.
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${source}/` };
}

/** Flags of RE2 for those of JavaScript; `g`, `u` and `y` change nothing here. */
const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** As much of `RegExp` as JSONata uses, over RE2: one match after the other from `lastIndex`. */
export class LinearRegExp {
  readonly source: string;
  readonly #compiled: RE2JS;
  lastIndex = 0;

  constructor(expression: RegExp | string, flags = "") {
    const of = typeof expression === "string" ? { source: expression, flags } : expression;
    this.source = of.source;
    const bits = [...of.flags].reduce((all, flag) => all | (FLAGS[flag] ?? 0), 0);
    this.#compiled = RE2JS.compile(RE2JS.translateRegExp(of.source), bits);
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#compiled.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    // A group that took no part is undefined in JavaScript, whatever the type of its arrays says.
    const groups = Array.from({ length: matcher.groupCount() }, (_, group) => matcher.group(group + 1) ?? undefined);
    const found: [string, ...string[]] = [matcher.group() ?? "", ...(groups as string[])];
    return Object.assign(found, { index: matcher.start(), input: text });
  }
}
