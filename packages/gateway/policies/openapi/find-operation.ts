// Which operation of an API description a request is: the most literal path that fits, then its method. Pure.
import type { PlanOpenapi, PlanOperation, PlanSegment } from "@holdfast/contract";
import { canonicalTarget } from "../../routing/canonical-path.ts";

/** `raw`: what stands in the place of each path parameter, percent-encoded as it came. */
type Found<Operation> =
  | { kind: "operation"; operation: Operation; raw: Record<string, string> }
  | { kind: "method"; allowed: string[] }
  | { kind: "none" };

export type FindOperation<Operation> = (method: string, path: string) => Found<Operation>;

type Path<Operation> = { segments: PlanSegment[]; operations: Map<string, Operation> };

/** `ready` makes of each operation what the caller wants to find. */
export function operationFinder<Operation>(
  { base_path, operations }: PlanOpenapi,
  ready: (operation: PlanOperation) => Operation,
): FindOperation<Operation> {
  const byLength = new Map<number, Path<Operation>[]>();
  for (const path of pathsOf(operations, ready)) {
    const others = byLength.get(path.segments.length) ?? [];
    others.push(path);
    byLength.set(
      path.segments.length,
      others.sort((left, right) => compareSegments(left.segments, right.segments)),
    );
  }
  return (method, path) => {
    if (!path.startsWith(`${base_path}/`)) return { kind: "none" };
    const given = path.slice(base_path.length + 1).split("/");
    for (const candidate of byLength.get(given.length) ?? []) {
      const raw = rawValues(candidate.segments, given);
      if (raw) return chosen(candidate, method, raw);
    }
    return { kind: "none" };
  };
}

function pathsOf<Operation>(
  operations: PlanOperation[],
  ready: (operation: PlanOperation) => Operation,
): Iterable<Path<Operation>> {
  const paths = new Map<string, Path<Operation>>();
  for (const operation of operations) {
    const segments = operation.segments.map(canonical);
    const shape = JSON.stringify(
      segments.map((segment) => ("literal" in segment ? segment : [segment.before, segment.after])),
    );
    const path = paths.get(shape) ?? { segments, operations: new Map<string, Operation>() };
    path.operations.set(operation.method, ready(operation));
    paths.set(shape, path);
  }
  return paths.values();
}

/** A percent sign that was the first of an escape before it was encoded itself. */
const ENCODED_TWICE = /%25(?=[0-9A-F]{2})/gi;

/** Literal text as a canonical path has it, whether the description encodes it or not. */
function canonical(segment: PlanSegment): PlanSegment {
  if (!("literal" in segment) || segment.literal === "") return segment;
  const target = canonicalTarget(`/${encodeURI(segment.literal.toWellFormed()).replace(ENCODED_TWICE, "%")}`);
  return target.ok ? { literal: target.value.path.slice(1) } : segment;
}

/** A concrete path is matched before one with parameters (OpenAPI 3.1 section 4.8.8.2). */
function compareSegments(left: PlanSegment[], right: PlanSegment[]): number {
  for (const [index, segment] of left.entries()) {
    const difference = weightOf(segment) - weightOf(right[index] as PlanSegment);
    if (difference !== 0) return difference;
  }
  return 0;
}

function weightOf(segment: PlanSegment): number {
  return "literal" in segment ? -1000 : -(segment.before.length + segment.after.length);
}

function rawValues(segments: PlanSegment[], given: string[]): Record<string, string> | undefined {
  const raw: Record<string, string> = Object.create(null);
  for (const [index, segment] of segments.entries()) {
    const text = given[index] as string;
    if ("literal" in segment) {
      if (segment.literal !== text) return undefined;
      continue;
    }
    const { before, after, parameter } = segment;
    if (text.length <= before.length + after.length || !text.startsWith(before) || !text.endsWith(after))
      return undefined;
    raw[parameter] = text.slice(before.length, text.length - after.length);
  }
  return raw;
}

/** `GET` stands for `HEAD` too, as on routes. */
function chosen<Operation>(
  { operations }: Path<Operation>,
  method: string,
  raw: Record<string, string>,
): Found<Operation> {
  const operation = operations.get(method) ?? (method === "HEAD" ? operations.get("GET") : undefined);
  if (operation) return { kind: "operation", operation, raw };
  const heads = operations.has("HEAD") ? [] : ["HEAD"];
  const allowed = [...operations.keys()].flatMap((each) => (each === "GET" ? [each, ...heads] : [each]));
  return { kind: "method", allowed };
}
