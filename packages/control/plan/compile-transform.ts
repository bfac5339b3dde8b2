// Checks of what a route changes: its templates and expressions compile, and name nothing that the route does not have.
import { closest } from "@holdfast/base";
import { pathsOf, type RouteSettings, type TransformSettings } from "@holdfast/contract";
import { compileExpression, namesIn, parseTemplate, type Template } from "@holdfast/expressions";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";

export function compileTransform(
  name: string,
  { transform, match }: RouteSettings,
  bench: Bench,
): { transform?: TransformSettings } {
  if (!transform) return {};
  const path = ["routes", name, "transform"];
  const scope = { parameters: parametersOf(match), steps: [], bench };
  const { request, response } = transform;
  if (request) {
    const at = [...path, "request"];
    checkTexts(request.headers.set, [...at, "headers", "set"], scope);
    checkTexts(request.headers.add, [...at, "headers", "add"], scope);
    checkTexts(request.query.set, [...at, "query", "set"], scope);
    if (request.path !== undefined) checkPathTemplate(request.path, [...at, "path"], scope);
    checkExpression(request.body, [...at, "body"], bench);
  }
  if (response) {
    const at = [...path, "response"];
    checkTexts(response.headers.set, [...at, "headers", "set"], scope);
    checkTexts(response.headers.add, [...at, "headers", "add"], scope);
    checkExpression(response.body, [...at, "body"], bench);
  }
  return { transform };
}

/** What templates of one place may name. */
export type TemplateScope = { parameters: readonly string[]; steps: readonly string[]; bench: Bench };

/** Names of `:name` segments that every path of a route has. */
export function parametersOf(match: RouteSettings["match"]): string[] {
  const [first = [], ...others] = pathsOf(match).map((path) =>
    path.split("/").flatMap((segment) => (segment.startsWith(":") ? [segment.slice(1)] : [])),
  );
  return first.filter((name) => others.every((names) => names.includes(name)));
}

export function checkTexts(texts: Record<string, string>, path: SettingsPath, scope: TemplateScope): void {
  for (const [name, text] of Object.entries(texts)) checkTemplate(text, [...path, name], scope);
}

function checkTemplate(
  text: string,
  path: SettingsPath,
  { parameters, steps, bench }: TemplateScope,
): Template | undefined {
  const template = parseTemplate(text);
  if (!template.ok) {
    bench.problems.push({ path, message: template.error });
    return undefined;
  }
  for (const name of namesIn(template.value, "param")) checkKnown(name, parameters, { what: "parameter", path, bench });
  for (const place of namesIn(template.value, "step"))
    checkKnown(place.split(".")[0] as string, steps, { what: "step before this one", path, bench });
  return template.value;
}

/** The literal parts of a path are sent as they stand, so they are held to what a canonical path may have. */
export function checkPathTemplate(text: string, path: SettingsPath, scope: TemplateScope): void {
  const template = checkTemplate(text, path, scope);
  if (!template) return;
  const literal = template.map((part) => (typeof part === "string" ? part : "x")).join("");
  const is_plain = /^\/[A-Za-z0-9\-._~!$&'()+,;=:@%/]*$/.test(literal) && !/%(?![0-9A-F]{2})/.test(literal);
  const has_dots = /(^|\/)\.{1,2}(\/|$)|\/\//.test(literal);
  if (!is_plain || has_dots)
    scope.bench.problems.push({ path, message: "is not a plain path: no query, spaces, empty or dot segments" });
}

type Known = { what: string; path: SettingsPath; bench: Bench };

function checkKnown(name: string, known: readonly string[], { what, path, bench }: Known): void {
  if (known.includes(name)) return;
  const near = closest(name, [...known]);
  const suggestion = near ? `did you mean ${near}?` : `known: ${known.join(", ") || "none"}`;
  bench.problems.push({ path, message: `there is no ${what} ${name}`, suggestion, missing: name });
}

export function checkExpression(text: string | undefined, path: SettingsPath, { problems }: Bench): void {
  if (text === undefined) return;
  const compiled = compileExpression(text);
  if (!compiled.ok) problems.push({ path, message: `the expression cannot be used: ${compiled.error}` });
}
