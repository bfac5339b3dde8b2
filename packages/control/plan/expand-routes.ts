// A route that says `from_openapi` stands for one route for each operation of its service's API description.
import { pathsOf, type RouteSettings, type Settings } from "@holdfast/contract";
import { basePathOf, overlaps, routePath } from "./openapi/paths.ts";
import type { PathProblem } from "./problem.ts";
import type { Documents } from "./read-documents.ts";

/** `templates`: for each route that was made, the one that it was made from. */
export type Expanded = { settings: Settings; templates: ReadonlyMap<string, string>; problems: PathProblem[] };

const ROUTE_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function expandRoutes(settings: Settings, { apis }: Documents): Expanded {
  const problems: PathProblem[] = [];
  const templates = new Map<string, string>();
  const routes: [string, RouteSettings][] = [];
  for (const [name, route] of Object.entries(settings.routes)) {
    const api = route.to === undefined ? undefined : apis.get(route.to);
    if (!route.from_openapi) routes.push([name, route]);
    else if (!api) problems.push(withoutApi(name, route, settings));
    else {
      const made = operationRoutes(name, route, api);
      if (made.length === 0) problems.push(nothingBelow(name, basePathOf(route, api)));
      for (const [own_name, own] of made) {
        if (templates.has(own_name) || Object.hasOwn(settings.routes, own_name))
          problems.push({ path: ["routes", name, "from_openapi"], message: `makes two routes named ${own_name}` });
        templates.set(own_name, name);
        routes.push([own_name, own]);
      }
    }
  }
  return { settings: { ...settings, routes: Object.fromEntries(routes) }, templates, problems };
}

function operationRoutes(
  name: string,
  route: RouteSettings,
  api: NonNullable<ReturnType<Documents["apis"]["get"]>>,
): [string, RouteSettings][] {
  return api.operations.flatMap((operation): [string, RouteSettings][] => {
    const path = routePath(basePathOf(route, api), operation);
    const methods = route.match.methods as readonly string[] | undefined;
    if (!ROUTE_METHODS.has(operation.method) || (methods && !methods.includes(operation.method))) return [];
    if (!pathsOf(route.match).some((own) => overlaps(own, path))) return [];
    const method = operation.method as NonNullable<RouteSettings["match"]["methods"]>[number];
    return [
      [
        `${name}.${nameOf(operation.name)}`,
        {
          ...route,
          from_openapi: false,
          match: { ...route.match, version: laterVersion(route), path, methods: [method] },
        },
      ],
    ];
  });
}

/** A version in the path is in the operation's path already. */
function laterVersion({ match: { version } }: RouteSettings): RouteSettings["match"]["version"] {
  return version?.by === "path" ? undefined : version;
}

/** `getOrder_v2` and `GET /orders/{id}` as parts of a name: get-order-v2, get-orders-id. */
function nameOf(operation: string): string {
  const words = operation
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return words.replace(/^-+|-+$/g, "").slice(0, 40) || "operation";
}

function withoutApi(name: string, { to }: RouteSettings, { services }: Settings): PathProblem {
  const path = ["routes", name, "from_openapi"];
  // A description that could not be read has its problem where it is named.
  if (to !== undefined && services[to]?.openapi !== undefined)
    return { path, message: `the API description of ${to} cannot be used` };
  if (to === undefined) return { path, message: "needs `to`, a service with an API description" };
  return {
    path,
    message: `service ${to} has no API description`,
    suggestion: `add \`openapi: ./${to}.openapi.yaml\` to it`,
  };
}

function nothingBelow(name: string, base_path: string): PathProblem {
  return {
    path: ["routes", name, "match", "path"],
    message: "no operation of the API description is below this path",
    suggestion: `its paths begin after ${base_path || "/"}; say otherwise with \`checks: { openapi: { base_path: … } }\``,
  };
}
