// Which requests a route takes, and what its upstream gets to see of their path and host. That no two routes take the same is
// find-clashes.ts.
import { LIMITS } from "@holdfast/base";
import {
  listOf,
  type PlanCondition,
  type PlanRoute,
  pathsOf,
  type RouteSettings,
  type ValueMatch,
} from "@holdfast/contract";
import { compilePattern } from "@holdfast/expressions";
import { checkRouteTemplate } from "./compile-answer.ts";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";
import { pathShape } from "./path-pattern.ts";

type Routing = Pick<PlanRoute, "host" | "path" | "methods" | "also" | "conditions" | "encoded_slashes" | "rewrite">;

export function compileRouting(name: string, route: RouteSettings, bench: Bench): Routing {
  const { match } = route;
  const at = ["routes", name, "match"];
  const [path = "/", ...paths] = checkedPaths(match, at, bench);
  const [host, ...hosts] = listOf(match.host);
  twice(listOf(match.host), [...at, "host"], bench);
  const conditions = conditionsOf(match, at, bench);
  return {
    ...(host === undefined ? {} : { host }),
    path,
    ...(paths.length > 0 || hosts.length > 0 ? { also: { hosts, paths } } : {}),
    ...(match.methods ? { methods: [...new Set(match.methods)] } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(route.encoded_slashes === "refuse" ? {} : { encoded_slashes: route.encoded_slashes }),
    ...compileRewrite(name, route, bench),
  };
}

function checkedPaths(match: RouteSettings["match"], at: SettingsPath, bench: Bench): string[] {
  const paths = pathsOf(match);
  const shapes = paths.map((path, index) => {
    const shape = pathShape(path);
    const place = Array.isArray(match.path) ? [...at, "path", index] : [...at, "path"];
    if (!shape.ok) bench.problems.push({ path: place, message: shape.error });
    return shape.ok ? shape.value : path;
  });
  twice(shapes, [...at, "path"], bench);
  return paths;
}

function twice(all: readonly string[], path: SettingsPath, { problems }: Bench): void {
  for (const [index, one] of all.entries())
    if (all.indexOf(one) !== index) problems.push({ path: [...path, index], message: `says ${one} twice` });
}

function conditionsOf({ headers, query, version }: RouteSettings["match"], at: SettingsPath, bench: Bench) {
  const of = (place: "header" | "query", key: string, all: Record<string, ValueMatch> = {}): PlanCondition[] =>
    Object.entries(all).map(([name, value]) => {
      checkRegex(value, [...at, key, name], bench);
      return conditionOf(place, name, value);
    });
  const conditions = [...of("header", "headers", headers), ...of("query", "query", query), ...versionOf(version)];
  const most = LIMITS.route_conditions_max;
  if (conditions.length > most)
    bench.problems.push({ path: at, message: `has ${conditions.length} conditions; at most ${most} are looked at` });
  return conditions;
}

function conditionOf(place: "header" | "query", name: string, value: ValueMatch): PlanCondition {
  const base = { in: place, name };
  if (typeof value === "string") return { ...base, exact: [value] };
  const { exact, one_of, prefix, regex, present } = value;
  if (present !== undefined) return { ...base, present };
  if (regex !== undefined) return { ...base, regex };
  if (prefix !== undefined) return { ...base, prefix };
  return { ...base, exact: one_of ?? [exact ?? ""] };
}

function checkRegex(value: ValueMatch, path: SettingsPath, { problems }: Bench): void {
  if (typeof value === "string" || value.regex === undefined) return;
  const compiled = compilePattern(value.regex);
  if (!compiled.ok) problems.push({ path: [...path, "regex"], message: compiled.error });
}

function versionOf(version: RouteSettings["match"]["version"]): PlanCondition[] {
  if (!version || version.by === "path") return [];
  const { by, name, is } = version;
  const or_absent = version.default ? { or_absent: true as const } : {};
  // A subtype says `.v2`, whether the settings say 2 or v2; its case means nothing (RFC 6838 section 4.2).
  if (by === "media-type")
    return [{ in: "version", name, exact: [is.toLowerCase().replace(/^v(?=\d)/, "")], ...or_absent }];
  return [{ in: by, name, exact: [is], ...or_absent }];
}

function compileRewrite(name: string, route: RouteSettings, bench: Bench): Pick<PlanRoute, "rewrite"> {
  const { rewrite, match, transform } = route;
  if (!rewrite) return {};
  const at = ["routes", name, "rewrite"];
  const { strip, prefix, path, host, location } = rewrite;
  const tell = (key: string, message: string) => void bench.problems.push({ path: [...at, key], message });
  if (route.to === undefined)
    bench.problems.push({ path: at, message: "is for routes with `to`: there is no upstream here" });
  for (const own of strip === undefined ? [] : pathsOf(match))
    if (own !== strip && !own.startsWith(`${strip}/`)) tell("strip", `is not the beginning of the path ${own}`);
  if (path !== undefined) checkRouteTemplate(path, { path: [...at, "path"], match, bench, is_path: true });
  if (transform?.request?.path !== undefined && (path ?? strip ?? prefix) !== undefined)
    bench.problems.push({ path: at, message: "and transform.request.path both say the upstream's path" });
  return {
    rewrite: {
      ...(strip === undefined ? {} : { strip }),
      ...(prefix === undefined ? {} : { prefix }),
      ...(path === undefined ? {} : { path }),
      ...(host === "upstream" ? {} : { host }),
      ...(location === "rewrite" ? {} : { location }),
    },
  };
}
