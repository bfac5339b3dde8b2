// Of many named schemas, those that others refer to.

const REFERENCE = /^#\/\$defs\/([^/]+)/;

/** Everything that `schemas` reach as `#/$defs/<name>` in `all`, through any number of references. */
export function definitionsFor(schemas: unknown, all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    for (const [key, member] of Object.entries(value)) {
      if (key === "$ref" && typeof member === "string") take(member);
      else visit(member);
    }
  };
  const take = (reference: string): void => {
    const [, written] = REFERENCE.exec(reference) ?? [];
    const name = written === undefined ? undefined : decoded(written);
    if (name === undefined || Object.hasOwn(found, name) || !Object.hasOwn(all, name)) return;
    found[name] = all[name];
    visit(all[name]);
  };
  visit(schemas);
  return found;
}

function decoded(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}
