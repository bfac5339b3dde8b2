// Finds the route of a request. Matching walks the labels of one host and the segments of one path, so its cost does not depend on
// how many routes there are; only routes of the same host, path and method are looked at one after the other.
//
// Precedence, from the first rule that decides:
//   1. hosts: the exact name, before `*.` with the longest rest, before no host. `*.example.com` takes one or more labels:
//      a.example.com and a.b.example.com, not example.com (as Envoy, Kong and nginx do)
//   2. segment by segment from the left: a literal, before `:name`, before a last `**`; how else a literal may be written is
//      as-literal.ts
//   3. a route that lists the method, before one without a list; GET in a list stands for HEAD too. A route without a list takes
//      every method but TRACE, whose answer would show the caller what the gateway tells the upstream, credentials included
//   4. more conditions on headers (a version by header or media type is one), then more conditions on the query
// A route whose host and path fit but whose method or conditions do not gives way to the next in this order. `:name` takes exactly one
// segment that is not empty; `**` takes any rest, none included: /orders/** takes /orders, /orders/ and /orders/1/items. Pure.
import { runWhole } from "@holdfast/base";
import type { PlanCondition, PlanPlaces } from "@holdfast/contract";
import { asLiteral } from "./as-literal.ts";
import { type Asked, type Condition, compareConditions, compileConditions, headersOf } from "./conditions.ts";

export type RoutePattern = {
  /** Lower case; `*.` stands for one or more labels. */
  host?: string | undefined;
  path: string;
  also?: PlanPlaces | undefined;
  methods?: string[] | undefined;
  conditions?: PlanCondition[] | undefined;
};

export type RouteMatch<Route> =
  | { kind: "route"; route: Route }
  /** Host, path and conditions fit, methods did not; `allowed` are theirs, sorted. */
  | { kind: "method"; allowed: string[] }
  /** `near`: a route of this path would have taken other headers or another query. */
  | { kind: "none"; near: boolean };

export type Router<Route> = {
  match(host: string, path: string, asked: Asked): RouteMatch<Route>;
};

type Candidate<Route> = { fits: Condition; conditions: readonly PlanCondition[]; route: Route };

/**
 * Routes of one host, path and method: those with conditions in their order, then the one without. `headers`: what decides between
 * them beside the query, undefined where none does.
 */
type Contest<Route> = {
  conditional: Candidate<Route>[] | undefined;
  headers: readonly string[] | undefined;
  plain: Route | undefined;
};

/**
 * Maps that nothing is in are left out: with thousands of routes each would be one more place in memory to go to. `only`: the route of
 * `any` where nothing else decides.
 */
type Endpoints<Route> = {
  only: Route | undefined;
  byMethod: Map<string, Contest<Route>> | undefined;
  any: Contest<Route> | undefined;
};

type Node<Route> = {
  literals: Map<string, Node<Route>> | undefined;
  parameter: Node<Route> | undefined;
  rest: Endpoints<Route> | undefined;
  here: Endpoints<Route> | undefined;
};

type Roots<Route> = {
  exact: Map<string, Node<Route>>;
  /** By what follows the star: .example.com */
  under: Map<string, Node<Route>>;
  anywhere: Node<Route>;
};

export type Routed<Route> = { pattern: RoutePattern; route: Route };

/** Where two routes claim the same, the first in the list has it. */
export function createRouter<Route>(routes: readonly Routed<Route>[]): Router<Route> {
  return runWhole(creatingRouter(routes));
}

/** The same, with a pause after each route. */
export function* creatingRouter<Route>(routes: Iterable<Routed<Route>>): Generator<void, Router<Route>> {
  const roots: Roots<Route> = { exact: new Map(), under: new Map(), anywhere: emptyNode() };
  for (const { pattern, route } of routes) {
    for (const host of hostsOf(pattern))
      for (const path of [pattern.path, ...(pattern.also?.paths ?? [])]) add(rootOf(roots, host), path, pattern, route);
    yield;
  }
  return {
    match(host, path, asked) {
      const own = roots.exact.get(host);
      let route = own && find(own, path, 1, asked);
      if (route === undefined && roots.under.size > 0) route = findUnder(roots.under, host, path, asked);
      route ??= find(roots.anywhere, path, 1, asked);
      return route !== undefined ? { kind: "route", route } : explain(roots, host, path, asked);
    },
  };
}

function hostsOf({ host, also }: RoutePattern): (string | undefined)[] {
  return also && also.hosts.length > 0 ? [host, ...also.hosts] : [host];
}

function rootOf<Route>({ exact, under, anywhere }: Roots<Route>, host: string | undefined): Node<Route> {
  if (host === undefined) return anywhere;
  const [map, key] = host.startsWith("*.") ? [under, host.slice(1)] : [exact, host];
  const known = map.get(key);
  if (known) return known;
  const fresh = emptyNode<Route>();
  map.set(key, fresh);
  return fresh;
}

function emptyNode<Route>(): Node<Route> {
  return { literals: undefined, parameter: undefined, rest: undefined, here: undefined };
}

function add<Route>(root: Node<Route>, path: string, pattern: RoutePattern, route: Route): void {
  const segments = path.slice(1).split("/");
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
  node.literals ??= new Map();
  const known = node.literals.get(segment);
  if (known) return known;
  const fresh = emptyNode<Route>();
  node.literals.set(segment, fresh);
  return fresh;
}

function withRoute<Route>(before: Endpoints<Route> | undefined, pattern: RoutePattern, route: Route): Endpoints<Route> {
  const endpoints: Endpoints<Route> = before ?? { only: undefined, byMethod: undefined, any: undefined };
  if (!pattern.methods) endpoints.any = withCandidate(endpoints.any, pattern, route);
  for (const method of pattern.methods ?? []) {
    endpoints.byMethod ??= new Map();
    endpoints.byMethod.set(method, withCandidate(endpoints.byMethod.get(method), pattern, route));
  }
  const decides = endpoints.byMethod !== undefined || endpoints.any?.conditional !== undefined;
  endpoints.only = decides ? undefined : endpoints.any?.plain;
  return endpoints;
}

function withCandidate<Route>(
  before: Contest<Route> | undefined,
  { conditions = [] }: RoutePattern,
  route: Route,
): Contest<Route> {
  const contest: Contest<Route> = before ?? { conditional: undefined, headers: undefined, plain: undefined };
  const fits = compileConditions(conditions);
  if (!fits) contest.plain ??= route;
  else {
    contest.conditional ??= [];
    contest.conditional.push({ fits, conditions, route });
    // Sorting is stable: of two that weigh the same the first stays first.
    contest.conditional.sort((left, right) => compareConditions(left.conditions, right.conditions));
    const headers = headersOf(contest.conditional.flatMap((candidate) => candidate.conditions));
    if (headers.length > 0) contest.headers = [...new Set(headers)].sort();
  }
  return contest;
}

/** `from` is where the next segment begins: one behind a slash, or one behind the path's end when no segment is left. */
function find<Route>(node: Node<Route>, path: string, from: number, asked: Asked): Route | undefined {
  if (from > path.length) return pick(node.here, asked) ?? pick(node.rest, asked);
  const slash = path.indexOf("/", from);
  const end = slash < 0 ? path.length : slash;
  const literal = literalOf(node, path.slice(from, end));
  const exact = literal && find(literal, path, end + 1, asked);
  if (exact !== undefined) return exact;
  const named = node.parameter && end > from ? find(node.parameter, path, end + 1, asked) : undefined;
  return named ?? pick(node.rest, asked);
}

function literalOf<Route>({ literals }: Node<Route>, segment: string): Node<Route> | undefined {
  if (literals === undefined) return undefined;
  const found = literals.get(segment);
  if (found) return found;
  const plain = asLiteral(segment);
  return plain === segment ? undefined : literals.get(plain);
}

/** The longest rest of the host first: each dot begins a shorter one. */
function findUnder<Route>(
  under: Map<string, Node<Route>>,
  host: string,
  path: string,
  asked: Asked,
): Route | undefined {
  for (let dot = host.indexOf(".", 1); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    const root = under.get(host.slice(dot));
    const route = root && find(root, path, 1, asked);
    if (route !== undefined) return route;
  }
  return undefined;
}

function pick<Route>(endpoints: Endpoints<Route> | undefined, asked: Asked): Route | undefined {
  if (!endpoints) return undefined;
  const { method } = asked;
  const { only, byMethod, any } = endpoints;
  if (only !== undefined && method !== "TRACE") return only;
  const listed = win(byMethod?.get(method), asked);
  if (listed !== undefined) return listed;
  const as_get = method === "HEAD" ? win(byMethod?.get("GET"), asked) : undefined;
  return as_get ?? (method === "TRACE" ? undefined : win(any, asked));
}

function win<Route>(contest: Contest<Route> | undefined, asked: Asked): Route | undefined {
  if (!contest) return undefined;
  if (contest.headers) asked.decidedBy?.(contest.headers);
  if (contest.conditional) for (const { fits, route } of contest.conditional) if (fits(asked)) return route;
  return contest.plain;
}

/** Only walked when no route took the request. */
function explain<Route>({ exact, under, anywhere }: Roots<Route>, host: string, path: string, asked: Asked) {
  const found = { allowed: new Set<string>(), near: false, asked };
  const own = exact.get(host);
  if (own) collect(own, path, 1, found);
  for (let dot = host.indexOf(".", 1); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    const root = under.get(host.slice(dot));
    if (root) collect(root, path, 1, found);
  }
  collect(anywhere, path, 1, found);
  const { allowed, near } = found;
  return allowed.size > 0
    ? ({ kind: "method", allowed: [...allowed].sort() } as const)
    : ({ kind: "none", near } as const);
}

/** What a route without a list offers: it takes others too. */
const COMMON_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

type Explanation = { allowed: Set<string>; near: boolean; asked: Asked };

/** Methods of every route whose path and conditions fit: with one of them this very request would have been taken. */
function collect<Route>(node: Node<Route>, path: string, from: number, found: Explanation): void {
  look(node.rest, found);
  if (from > path.length) {
    look(node.here, found);
    return;
  }
  const slash = path.indexOf("/", from);
  const end = slash < 0 ? path.length : slash;
  const literal = literalOf(node, path.slice(from, end));
  if (literal) collect(literal, path, end + 1, found);
  if (node.parameter && end > from) collect(node.parameter, path, end + 1, found);
}

function look<Route>(endpoints: Endpoints<Route> | undefined, found: Explanation): void {
  if (!endpoints) return;
  for (const [method, contest] of endpoints.byMethod ?? [])
    offer(contest, method === "GET" ? ["GET", "HEAD"] : [method], found);
  // A route without a list that did not take the request either has conditions that do not fit, or was asked to TRACE.
  if (endpoints.any) offer(found.asked.method === "TRACE" ? endpoints.any : undefined, COMMON_METHODS, found);
}

function offer<Route>(contest: Contest<Route> | undefined, methods: readonly string[], found: Explanation): void {
  if (win(contest, found.asked) === undefined) found.near = true;
  else for (const method of methods) found.allowed.add(method);
}
