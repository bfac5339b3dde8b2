// Reading and changing header lists: names and values in turn. Pure.

/** Values of one header joined as RFC 9110 section 5.3 allows; undefined when it is not there. `lower`: its name in lower case. */
export function headerOf(flat: readonly string[], lower: string): string | undefined {
  let joined: string | undefined;
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (name.length !== lower.length || (name !== lower && name.toLowerCase() !== lower)) continue;
    joined = joined === undefined ? flat[index + 1] : `${joined}, ${flat[index + 1]}`;
  }
  return joined;
}

/** In place: every header of this name is gone. */
export function removeHeader(flat: string[], lower: string): void {
  removeWhere(flat, (name) => name.toLowerCase() === lower);
}

/** In place: every header that some server reads under this plain name is gone. */
export function removeAlike(flat: string[], plain: string): void {
  removeWhere(flat, (name) => plainName(name) === plain);
}

function removeWhere(flat: string[], goes: (name: string) => boolean): void {
  let kept = 0;
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (goes(name)) continue;
    flat[kept++] = name;
    flat[kept++] = flat[index + 1] as string;
  }
  flat.length = kept;
}

/** A name as servers that speak CGI compare it (RFC 3875 section 4.1.18): case and the kind of dash do not count. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** A list without headers of these names, which are plain names. */
export function headersWithout(flat: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (!names.has(plainName(name))) kept.push(name, flat[index + 1] as string);
  }
  return kept;
}

/** In place: exactly one header of this name. */
export function setHeader(flat: string[], lower: string, value: string): void {
  removeHeader(flat, lower);
  flat.push(lower, value);
}
