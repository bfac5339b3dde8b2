// What a route asks of a request beside host, path and method: headers, query parameters, a version. Compiled once; values of a
// request are read when a condition asks for them. Pure.
import type { PlanCondition } from "@holdfast/contract";
import { safePattern } from "@holdfast/expressions";
import { versionIn } from "./accepted-version.ts";
import { queryValue } from "./query-value.ts";

/** What matching may see of a request beside its host and path. */
export type Asked = {
  readonly method: string;
  /** Values joined with ", "; undefined when it was not sent. `name` in lower case. */
  header(name: string): string | undefined;
  /** Without "?". */
  readonly query: string | undefined;
  /** A preflight does not carry the headers of the request that it asks about: conditions on headers all fit. */
  readonly preflight?: boolean;
  /** Hears of each choice between routes that headers had a part in, whichever route it came to. Names in lower case. */
  decidedBy?(headers: readonly string[]): void;
};

export type Condition = (asked: Asked) => boolean;

/** All of them at once; undefined when there are none. Throws when a pattern is broken: a plan has none such. */
export function compileConditions(conditions: readonly PlanCondition[] | undefined): Condition | undefined {
  if (!conditions || conditions.length === 0) return undefined;
  const all = conditions.map(compileOne);
  return (asked) => all.every((fits) => fits(asked));
}

function compileOne(condition: PlanCondition): Condition {
  const fits = compileStrictly(condition);
  return condition.in === "query" ? fits : (asked) => asked.preflight === true || fits(asked);
}

function compileStrictly(condition: PlanCondition): Condition {
  const readValue = valueReader(condition);
  const { or_absent = false, present } = condition;
  if (present !== undefined) return (asked) => (readValue(asked) !== undefined) === present;
  const test = valueTest(condition);
  return (asked) => {
    const value = readValue(asked);
    return value === undefined ? or_absent : test(value);
  };
}

function valueReader({ in: place, name }: PlanCondition): (asked: Asked) => string | undefined {
  if (place === "header") return (asked) => asked.header(name);
  if (place === "query") return ({ query }) => (query === undefined ? undefined : queryValue(query, name));
  return (asked) => {
    const accept = asked.header("accept");
    return accept === undefined ? undefined : versionIn(accept, name);
  };
}

function valueTest({ exact, prefix, regex }: PlanCondition): (value: string) => boolean {
  if (exact) return (value) => exact.includes(value);
  if (prefix !== undefined) return (value) => value.startsWith(prefix);
  const pattern = safePattern(wholeOf(regex ?? ""));
  return (value) => pattern.test(value);
}

/** A pattern that has to match a whole value. */
function wholeOf(regex: string): string {
  return `^(?:${regex})$`;
}

/**
 * Which of two routes of one path and method goes first: the one with more conditions on headers (a version by media type is one),
 * then the one with more on the query. Negative: `left`.
 */
export function compareConditions(left: readonly PlanCondition[] = [], right: readonly PlanCondition[] = []): number {
  return onHeaders(right) - onHeaders(left) || right.length - left.length;
}

/** Headers that these conditions look at, in lower case: a version by media type is in `Accept`. */
export function headersOf(conditions: readonly PlanCondition[]): string[] {
  return conditions.flatMap(({ in: place, name }) =>
    place === "query" ? [] : [place === "version" ? "accept" : name],
  );
}

function onHeaders(conditions: readonly PlanCondition[]): number {
  return conditions.filter((condition) => condition.in !== "query").length;
}
