// Finds the route of a request. Matching walks the segments of one path, so its cost does not depend on how many routes there are.
//
// Precedence, from the first rule that decides:
//   1. a route that names the host, before one that does not
//   2. segment by segment from the left: a literal, before `:name`, before a last `**`
//   3. a route that lists the method, before one without a list; GET in a list stands for HEAD too
// A route whose path fits but whose method does not gives way to the next in this order. `:name` takes exactly one segment that is
// not empty; `**` takes any rest, none included: /orders/** takes /orders, /orders/ and /orders/1/items. Pure.

export type RoutePattern = { host?: string | undefined; path: string; methods?: string[] | undefined };

type RouteMatch<Route> =
  | { kind: "route"; route: Route }
  /** Paths fit, methods did not; `allowed` are theirs, sorted. */
  | { kind: "method"; allowed: string[] }
  | { kind: "none" };

export type Router<Route> = { match(host: string, path: string, method: string): RouteMatch<Route> };

type Endpoints<Route> = { byMethod: Map<string, Route>; any: Route | undefined };

type Node<Route> = {
  literals: Map<string, Node<Route>>;
  parameter: Node<Route> | undefined;
  rest: Endpoints<Route> | undefined;
  here: Endpoints<Route> | undefined;
};

/** Where two routes claim the same, the first in the list has it. */
export function createRouter<Route>(routes: readonly { pattern: RoutePattern; route: Route }[]): Router<Route> {
  const hosts = new Map<string, Node<Route>>();
  const anywhere = emptyNode<Route>();
  for (const { pattern, route } of routes) {
    const { host } = pattern;
    if (host !== undefined && !hosts.has(host)) hosts.set(host, emptyNode());
    const root = host === undefined ? anywhere : (hosts.get(host) as Node<Route>);
    add(root, pattern, route);
  }
  return {
    match(host, path, method) {
      const own = hosts.get(host);
      const route = (own && find(own, path, 1, method)) ?? find(anywhere, path, 1, method);
      if (route !== undefined) return { kind: "route", route };
      const allowed = new Set<string>();
      if (own) collect(own, path, 1, allowed);
      collect(anywhere, path, 1, allowed);
      return allowed.size > 0 ? { kind: "method", allowed: [...allowed].sort() } : { kind: "none" };
    },
  };
}

function emptyNode<Route>(): Node<Route> {
  return { literals: new Map(), parameter: undefined, rest: undefined, here: undefined };
}

function add<Route>(root: Node<Route>, pattern: RoutePattern, route: Route): void {
  const segments = pattern.path.slice(1).split("/");
  const open = segments.at(-1) === "**";
  if (open) segments.pop();
  let node = root;
  for (const segment of segments) node = child(node, segment);
  if (open) node.rest = withRoute(node.rest, pattern, route);
  else node.here = withRoute(node.here, pattern, route);
}

function child<Route>(node: Node<Route>, segment: string): Node<Route> {
  if (segment.startsWith(":")) {
    node.parameter ??= emptyNode();
    return node.parameter;
  }
  const known = node.literals.get(segment);
  if (known) return known;
  const fresh = emptyNode<Route>();
  node.literals.set(segment, fresh);
  return fresh;
}

function withRoute<Route>(before: Endpoints<Route> | undefined, pattern: RoutePattern, route: Route): Endpoints<Route> {
  const endpoints = before ?? { byMethod: new Map<string, Route>(), any: undefined };
  if (!pattern.methods) endpoints.any ??= route;
  for (const method of pattern.methods ?? [])
    if (!endpoints.byMethod.has(method)) endpoints.byMethod.set(method, route);
  return endpoints;
}

/** `from` is where the next segment begins: one behind a slash, or one behind the path's end when no segment is left. */
function find<Route>(node: Node<Route>, path: string, from: number, method: string): Route | undefined {
  if (from > path.length) return pick(node.here, method) ?? pick(node.rest, method);
  const slash = path.indexOf("/", from);
  const end = slash < 0 ? path.length : slash;
  const literal = node.literals.get(path.slice(from, end));
  const exact = literal && find(literal, path, end + 1, method);
  if (exact !== undefined) return exact;
  const named = node.parameter && end > from ? find(node.parameter, path, end + 1, method) : undefined;
  return named ?? pick(node.rest, method);
}

function pick<Route>(endpoints: Endpoints<Route> | undefined, method: string): Route | undefined {
  if (!endpoints) return undefined;
  const listed = endpoints.byMethod.get(method);
  if (listed !== undefined) return listed;
  return (method === "HEAD" ? endpoints.byMethod.get("GET") : undefined) ?? endpoints.any;
}

/** Methods of every route whose path fits; only walked when none of them took the request. */
function collect<Route>(node: Node<Route>, path: string, from: number, into: Set<string>): void {
  for (const method of node.rest?.byMethod.keys() ?? []) into.add(method);
  if (from > path.length) {
    for (const method of node.here?.byMethod.keys() ?? []) into.add(method);
    return;
  }
  const slash = path.indexOf("/", from);
  const end = slash < 0 ? path.length : slash;
  const literal = node.literals.get(path.slice(from, end));
  if (literal) collect(literal, path, end + 1, into);
  if (node.parameter && end > from) collect(node.parameter, path, end + 1, into);
}
