// Addresses and paths that settings make out of a request: `/internal/{param.id}`, `https://{host}/v2{path}`. Parts of the path
// are put in as they are, canonical and percent-encoded; what else a client says is percent-encoded here. Pure.
import { parseTemplate, type TemplatePlace } from "@holdfast/expressions";
import { parametersOf, patternOf, restOf } from "./parameters.ts";
import { queryValue } from "./query-value.ts";

/** What templates may see of a request. */
type Seen = { readonly host: string; readonly path: string; readonly query: string | undefined };

export type PathTemplate = (seen: Seen) => string;

type Paths = Parameters<typeof patternOf>[0];
type Part = string | ((seen: Seen, pattern: string) => string);

/** `paths`: of the route. Throws for a template that the plan compiler refuses. */
export function preparePathTemplate(text: string, paths: Paths): PathTemplate {
  const template = parseTemplate(text);
  if (!template.ok) throw new Error(`the template ${text} does not compile: ${template.error}`);
  const parts = template.value.map((part) => (typeof part === "string" ? part : partOf(part)));
  return (seen) => {
    const pattern = patternOf(paths, seen.path);
    let made = "";
    for (const part of parts) made += typeof part === "string" ? part : part(seen, pattern);
    return made;
  };
}

function partOf({ source, name }: TemplatePlace): Part {
  if (source === "param" && name === "**") return ({ path }, pattern) => restOf(pattern, path);
  if (source === "param") return ({ path }, pattern) => parametersOf(pattern, path)[name] ?? "";
  if (source === "query") return ({ query }) => encoded(query === undefined ? undefined : queryValue(query, name));
  if (source === "word" && name === "path") return ({ path }) => path;
  if (source === "word" && name === "host") return ({ host }) => host;
  throw new Error(`templates of paths do not take ${source} ${name}`);
}

function encoded(value = ""): string {
  return encodeURIComponent(value.toWellFormed());
}
