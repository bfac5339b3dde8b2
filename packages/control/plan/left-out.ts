// What a document that does not fit the schema had to lose before the rest of it could be read, so that nobody complains of its absence.
import type { SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";

export class LeftOut {
  /** Of things that others may name. */
  readonly names: Set<string> = new Set();
  /** A whole section is gone, and with it names that it does not tell. */
  sections = false;
  readonly #places = new Set<string>();
  /** Of each place every path that it is at or below. */
  readonly #above_places = new Set<string>();

  /** What was left out, and what else has a problem. */
  addPlace(path: SettingsPath): void {
    this.#places.add(keyOf(path));
    for (let length = 0; length <= path.length; length++) this.#above_places.add(keyOf(path.slice(0, length)));
  }

  /** Whether nothing was left out above, at or below `path`. */
  isWhole(path: SettingsPath): boolean {
    if (this.sections || this.#above_places.has(keyOf(path))) return false;
    return path.every((_, index) => !this.#places.has(keyOf(path.slice(0, index))));
  }

  /** Whether a problem between objects is one of the document, and not of what was left out of it. */
  isGenuine({ path, missing }: PathProblem): boolean {
    if (this.sections) return false;
    // An object that lacks something may look wrong elsewhere too: `routes.orders` as a whole.
    return missing === undefined ? this.isWhole(path.slice(0, 2)) : !this.names.has(missing);
  }
}

function keyOf(path: SettingsPath): string {
  return JSON.stringify(path);
}
