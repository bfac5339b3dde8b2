// Who claims which paths of which hosts: finds whether another workspace's claim could take the same request. A tree of path segments
// for each host and each group of hosts, so that the cost is that of the path and not of the number of claims.
// Two claims overlap when some host and some canonical path fit both. Pure.

type Owned = { workspace: string };

/** `host` undefined: any host; `*.example.com`: one or more labels before it. */
type Place = { host: string | undefined; path: string };

export type Claims<Owner> = {
  /** Adds it, and gives an overlapping one of another workspace that was there before. */
  add(place: Place, owner: Owner): Owner | undefined;
};

type Node<Owner> = {
  literals: Map<string, Node<Owner>>;
  parameter: Node<Owner> | undefined;
  here: Owner[];
  rest: Owner[];
  /** One owner for each workspace at or below this place. */
  below: Map<string, Owner>;
};

export function createClaims<Owner extends Owned>(): Claims<Owner> {
  const trees = new Map<string, Node<Owner>>();
  return {
    add({ host, path }, owner) {
      const segments = path.slice(1).split("/");
      let found: Owner | undefined;
      for (const key of lookedUpFor(host)) {
        const tree = trees.get(key);
        found ??= tree && overlap(tree, segments, owner.workspace);
      }
      for (const key of keptUnder(host)) {
        const tree = trees.get(key) ?? emptyNode<Owner>();
        trees.set(key, tree);
        insert(tree, segments, owner);
      }
      return found;
    },
  };
}

/**
 * Keys of trees. `=host`: claims of this very host. `~.rest`: claims of `*.rest`; `~`: of any host. `<.rest`: all claims of hosts
 * below `.rest`, with a star or without; `<`: all claims.
 */
function keptUnder(host: string | undefined): string[] {
  if (host === undefined) return ["~", "<"];
  const own = host.startsWith("*.") ? `~${host.slice(1)}` : `=${host}`;
  return [own, "<", ...restsOf(host).map((rest) => `<${rest}`)];
}

function lookedUpFor(host: string | undefined): string[] {
  if (host === undefined) return ["<"];
  const wider = ["~", ...restsOf(host).map((rest) => `~${rest}`)];
  return host.startsWith("*.") ? [`<${host.slice(1)}`, ...wider] : [`=${host}`, ...wider];
}

/** `a.b.c` → `.b.c`, `.c`; `*.b.c` the same. */
function restsOf(host: string): string[] {
  const labels = host.split(".");
  return labels.slice(1).map((_, index) => `.${labels.slice(index + 1).join(".")}`);
}

function emptyNode<Owner>(): Node<Owner> {
  return { literals: new Map(), parameter: undefined, here: [], rest: [], below: new Map() };
}

function insert<Owner extends Owned>(root: Node<Owner>, segments: readonly string[], owner: Owner): void {
  let node = root;
  for (const segment of segments) {
    if (!node.below.has(owner.workspace)) node.below.set(owner.workspace, owner);
    if (segment === "**") return void node.rest.push(owner);
    if (segment.startsWith(":")) node = node.parameter ??= emptyNode();
    else {
      const child = node.literals.get(segment) ?? emptyNode<Owner>();
      node.literals.set(segment, child);
      node = child;
    }
  }
  if (!node.below.has(owner.workspace)) node.below.set(owner.workspace, owner);
  node.here.push(owner);
}

function overlap<Owner extends Owned>(
  node: Node<Owner>,
  [segment, ...later]: readonly string[],
  workspace: string,
): Owner | undefined {
  // Nothing of anybody else is at or below this place.
  const stranger = other(node.below.values(), workspace);
  if (!stranger) return undefined;
  if (segment === "**") return stranger;
  const open = other(node.rest, workspace);
  if (open) return open;
  if (segment === undefined) return other(node.here, workspace);
  for (const child of childrenFor(node, segment)) {
    const found = overlap(child, later, workspace);
    if (found) return found;
  }
  return undefined;
}

function* childrenFor<Owner>({ literals, parameter }: Node<Owner>, segment: string): Generator<Node<Owner>> {
  if (parameter && segment !== "") yield parameter;
  if (segment.startsWith(":")) {
    // A parameter takes no empty segment.
    for (const [literal, child] of literals) if (literal !== "") yield child;
    return;
  }
  const child = literals.get(segment);
  if (child) yield child;
}

function other<Owner extends Owned>(owners: Iterable<Owner>, workspace: string): Owner | undefined {
  for (const owner of owners) if (owner.workspace !== workspace) return owner;
  return undefined;
}
