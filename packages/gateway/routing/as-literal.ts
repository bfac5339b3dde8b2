// How servers read a segment of a path that differs in writing only from a literal: `%40me` for `@me`, and `admin;v=1` for `admin`,
// because some cut off what stands behind a semicolon. A route that guards the literal has to take these as well, or another route
// would let them past it. What is forwarded and recorded stays as it came. Pure.

/** What may stand in a segment as it is (RFC 3986 section 3.3: sub-delims, ":" and "@"), encoded. */
const NEEDLESSLY_ENCODED = /%(?:2[146789ABC]|3[ABD]|40)/g;

/** `segment`: of a canonical path. */
export function asLiteral(segment: string): string {
  const semicolon = segment.indexOf(";");
  const name = semicolon < 0 ? segment : segment.slice(0, semicolon);
  return name.includes("%") ? name.replace(NEEDLESSLY_ENCODED, decodeURIComponent) : name;
}

/** `literal`: of a pattern. */
export function isLiteral(segment: string, literal: string): boolean {
  return segment === literal || asLiteral(segment) === literal;
}
