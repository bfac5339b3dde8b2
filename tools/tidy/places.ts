// Where a file belongs, read off its path. Paths are relative to the root and use forward slashes.

/** The row of the import table that a file falls under: a package by its name, anything else by its folder. */
export function ownerOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  if (first === "packages") return second;
  return first === "apps" ? `apps/${second}` : first;
}

export function isTest(path: string): boolean {
  return /\.(test(-[a-z]+)?|suite)\.tsx?$/.test(path) || path.startsWith("tests/");
}

export function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}

/** Folders of code that only decides: values in, decisions out. */
export function isPure(path: string): boolean {
  return isIn(path, ["packages/detection", "packages/correlation", "packages/http1"]) || path.includes("/model/");
}
