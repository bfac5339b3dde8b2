// Header lists on their way into HTTP/2. Node joins names and values with NUL before it hands them to nghttp2, so a value with one
// would become a header of its own: what no parser would have let in is refused here, wherever it came from. Pure.

/** What must not be written: it would be read as something else. */
class Unwritable extends Error {
  override readonly name = "Unwritable";
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** What is wrong with a list of names and values in turn; undefined: nothing. */
export function troubleIn(flat: readonly string[]): string | undefined {
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (!NAME.test(name)) return `${JSON.stringify(name)} is not a header name`;
    if (NOT_VALUE.test(flat[index + 1] as string))
      return `the value of ${name} contains a character that is not allowed`;
  }
  return undefined;
}

/** @throws Unwritable. */
export function checkFields(flat: readonly string[]): void {
  const trouble = troubleIn(flat);
  if (trouble !== undefined) throw new Unwritable(trouble);
}

/** Values by name in lower case, as Node takes trailers. @throws Unwritable. */
export function fieldsByName(flat: readonly string[]): Record<string, string[]> {
  checkFields(flat);
  const byName: Record<string, string[]> = Object.create(null);
  for (let index = 0; index < flat.length; index += 2) {
    const name = (flat[index] as string).toLowerCase();
    const values = byName[name] ?? [];
    values.push(flat[index + 1] as string);
    byName[name] = values;
  }
  return byName;
}

/** Raw pairs of Node as a flat list; pseudo-headers are left out. Names come in lower case. */
export function flatFields(raw: readonly string[]): string[] {
  const flat: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    if (!name.startsWith(":")) flat.push(name, raw[index + 1] as string);
  }
  return flat;
}
