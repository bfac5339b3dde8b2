// Routes that the gateway answers itself, and the templates that take parts of a request's path.
import { type PlanAnswer, pathsOf, type RouteSettings } from "@holdfast/contract";
import { parseTemplate, type TemplatePlace } from "@holdfast/expressions";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";

/** Undefined: somebody else answers on this route. */
export function compileAnswer(
  name: string,
  { redirect, respond, match }: RouteSettings,
  bench: Bench,
): PlanAnswer | undefined {
  if (redirect) {
    const { to, status, query } = redirect;
    checkRouteTemplate(to, { path: ["routes", name, "redirect", "to"], match, bench, is_path: false });
    return { kind: "redirect", to, status, keep_query: query === "keep" };
  }
  return respond && { kind: "respond", ...respond };
}

/** What makes no sense where no upstream is asked. */
export function checkAnsweredRoute(name: string, route: RouteSettings, { problems }: Bench): void {
  for (const key of [
    "split",
    "pick",
    "sticky",
    "promote",
    "rollback",
    "shadow",
    "cache",
    "websocket",
    "transform",
  ] as const)
    if (route[key] !== undefined)
      problems.push({
        path: ["routes", name, key],
        message: "is for routes with `to`: the gateway answers this one itself",
      });
}

type RouteTemplate = { path: SettingsPath; match: RouteSettings["match"]; bench: Bench; is_path: boolean };

/** Takes parts of the path, the host and the query, and nothing that the caller is not known by yet. */
export function checkRouteTemplate(text: string, { path, match, bench, is_path }: RouteTemplate): void {
  const tell = (message: string, suggestion?: string) =>
    void bench.problems.push({ path, message, ...(suggestion ? { suggestion } : {}) });
  const template = parseTemplate(text);
  if (!template.ok) {
    tell(template.error);
    return;
  }
  for (const place of template.value) if (typeof place !== "string") checkPlace(place, pathsOf(match), tell);
  const sample = template.value.map((part) => (typeof part === "string" ? part : sampleOf(part))).join("");
  const [, authority = "", plain = ""] = /^(https?:\/\/[^/?#]*)?([^?#]*)/.exec(sample) ?? [];
  if (authority.includes(CALLERS)) tell("lets a caller choose the host: only {host} may stand there");
  else if (authority && !URL.canParse(authority)) tell("has a host or a port that cannot be");
  if (is_path && plain !== sample) tell("is a path, without query and fragment");
  if (!PLAIN_PATH.test(plain.replaceAll(CALLERS, "x"))) tell("has characters that a path only has percent-encoded");
  if (/\/\.{1,2}(\/|;|$)|\/\//.test(plain)) tell("has an empty or dot segment, which no canonical path has");
}

const PLAIN_PATH = /^(\/[A-Za-z0-9\-._~!$&'()+,;=:@]*)*$/;

/** Stands for what a caller may choose. */
const CALLERS = "\u0000";

/** Begins as the filled-in value would, so that `/{path}` is seen to begin with two slashes. */
function sampleOf({ source, name }: TemplatePlace): string {
  if (source === "word" && name === "host") return "host";
  return source === "word" && name === "path" ? `/${CALLERS}` : CALLERS;
}

function checkPlace(place: TemplatePlace, paths: string[], tell: (message: string, suggestion?: string) => void): void {
  const { source, name } = place;
  if (source === "query" || (source === "word" && (name === "path" || name === "host"))) return;
  if (source !== "param") {
    tell(
      `takes {param.<name>}, {param.**}, {path}, {host} and {query.<name>}, and not {${source === "word" ? name : `${source}.${name}`}}`,
    );
    return;
  }
  const wanted = name === "**" ? "**" : `:${name}`;
  for (const path of paths)
    if (!path.split("/").includes(wanted)) tell(`takes {param.${name}}, and ${path} has no \`${wanted}\``);
}
