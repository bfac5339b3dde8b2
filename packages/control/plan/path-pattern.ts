// The path patterns of routes as the compiler sees them: are they possible, and do two of them match the same paths equally well.
// Matching itself is the gateway's.
import { failed, ok, type Result } from "@holdfast/base";

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;
/** RFC 3986 pchar without percent-encoding: a canonical path carries these as they are. */
const LITERAL = /^[A-Za-z0-9\-._~!$&'()+,;=:@]+$/;

/** The pattern's shape: parameters lose their names, because `/a/:x` and `/a/:y` match the same paths. */
export function pathShape(pattern: string): Result<string, string> {
  if (pattern === "/") return ok("/");
  const segments = pattern.slice(1).split("/");
  const names = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const fault = segmentFault(segment, { is_last: index === segments.length - 1, names });
    if (fault) return failed(fault);
  }
  return ok(`/${segments.map((segment) => (PARAMETER.test(segment) ? ":" : segment)).join("/")}`);
}

function segmentFault(
  segment: string,
  { is_last, names }: { is_last: boolean; names: Set<string> },
): string | undefined {
  if (segment === "**") return is_last ? undefined : "`**` stands for any rest, so it can only come last";
  if (segment === "") return is_last ? undefined : "has an empty segment (`//`)";
  if (segment === "." || segment === "..") return "has a `.` or `..` segment, which no canonical path has";
  if (segment.startsWith(":")) {
    if (!PARAMETER.test(segment)) return `\`${segment}\` is not a parameter such as \`:id\``;
    if (names.has(segment)) return `names the parameter \`${segment}\` twice`;
    names.add(segment);
    return undefined;
  }
  if (segment.includes("*")) return "takes `**` only as a whole last segment, and no other `*`";
  const braced = /^\{([A-Za-z_]\w*)\}$/.exec(segment)?.[1];
  if (braced !== undefined) return `\`${segment}\` is written \`:${braced}\` here`;
  return LITERAL.test(segment) ? undefined : `\`${segment}\` has characters that a canonical path does not have`;
}
