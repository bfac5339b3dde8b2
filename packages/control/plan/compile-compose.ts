// Routes that make one answer of several: their steps in an order in which each comes after what it needs, their services found,
// their templates and expressions checked.
import type { ComposeSettings, PlanCompose, PlanStep, RouteSettings, StepSettings } from "@holdfast/contract";
import { type Bench, find, serviceReleases } from "./compile-subjects.ts";
import { checkExpression, checkPathTemplate, checkTexts, parametersOf } from "./compile-transform.ts";
import type { SettingsPath } from "./json-schema.ts";

export function compileCompose(
  compose: ComposeSettings,
  route: RouteSettings,
  { path, bench }: { path: SettingsPath; bench: Bench },
): PlanCompose {
  const order = inOrder(compose.steps, [...path, "steps"], bench);
  const parameters = parametersOf(route.match);
  const steps = order.flatMap((name): PlanStep[] => {
    const step = compose.steps[name] as StepSettings;
    const at = [...path, "steps", name];
    const scope = { parameters, steps: before(name, compose.steps), bench };
    checkPathTemplate(step.path, [...at, "path"], scope);
    checkTexts(step.query, [...at, "query"], scope);
    checkTexts(step.headers, [...at, "headers"], scope);
    checkExpression(step.body, [...at, "body"], bench);
    if (step.required && step.default !== undefined)
      bench.problems.push({
        path: [...at, "default"],
        message: "is never used: the step is required",
        suggestion: "add `required: false`",
      });
    return compileStep(name, step, { path: at, bench });
  });
  const result = resultExpression(compose.result);
  checkExpression(result, [...path, "result"], bench);
  return { steps, result, bytes_max: compose.bytes_most };
}

function compileStep(
  name: string,
  step: StepSettings,
  { path, bench }: { path: SettingsPath; bench: Bench },
): PlanStep[] {
  const service = find(bench.settings.services, step.to, { path: [...path, "to"], kind: "service", bench });
  if (!service) return [];
  const releases = serviceReleases(step.to, service, { path, split: step.split, bench });
  return [
    {
      name,
      service: step.to,
      releases,
      method: step.method,
      path: step.path,
      query: step.query,
      headers: step.headers,
      ...(step.body === undefined ? {} : { body: step.body }),
      after: step.after,
      required: step.required,
      default: step.default ?? null,
      timeout_ms: step.timeout,
      connect_ms: service.timeouts.connect,
    },
  ];
}

type Steps = Record<string, StepSettings>;

/** Steps that come before this one, through any number of others. */
function before(name: string, steps: Steps): string[] {
  const found = new Set<string>();
  const visit = (at: string): void => {
    for (const earlier of steps[at]?.after ?? [])
      if (!found.has(earlier)) {
        found.add(earlier);
        visit(earlier);
      }
  };
  visit(name);
  return [...found];
}

function inOrder(steps: Steps, path: SettingsPath, bench: Bench): string[] {
  const names = Object.keys(steps);
  for (const name of names) {
    for (const [index, earlier] of (steps[name]?.after ?? []).entries())
      find(steps, earlier, { path: [...path, name, "after", index], kind: "step", bench });
    if (before(name, steps).includes(name)) {
      bench.problems.push({ path: [...path, name, "after"], message: `step ${name} waits for itself` });
      return [];
    }
  }
  return names.toSorted((left, right) => before(left, steps).length - before(right, steps).length);
}

/** A mapping whose texts are expressions, as one expression. */
function resultExpression(result: ComposeSettings["result"]): string {
  return typeof result === "string" ? result : expressionOf(result);
}

function expressionOf(value: unknown): string {
  if (typeof value === "string") return `(${value}\n)`;
  if (Array.isArray(value)) return `[${value.map(expressionOf).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${expressionOf(member)}`);
  return `{${members.join(", ")}}`;
}
