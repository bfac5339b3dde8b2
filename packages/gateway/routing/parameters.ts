// What the parts of a route's path stand for in one request. Pure.

/** `pattern`: /orders/:id/items; `path` matches it and is canonical. Values stay percent-encoded. */
export function parametersOf(pattern: string, path: string): Record<string, string> {
  const found: Record<string, string> = {};
  const given = path.split("/");
  for (const [index, segment] of pattern.split("/").entries())
    if (segment.startsWith(":")) found[segment.slice(1)] = given[index] ?? "";
  return found;
}
