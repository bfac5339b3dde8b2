// `Vary` of an answer (RFC 9110 section 12.5.5) with further names. Pure.
import { splitList } from "../cache/cache-control.ts";
import { headerOf, setHeader } from "./header-list.ts";

/** In place. What the list says stays as it is; `names` in lower case come behind it, each once. */
export function addVary(flat: string[], names: readonly string[]): void {
  const said = headerOf(flat, "vary");
  if (said === undefined || said === "") {
    setHeader(flat, "vary", names.join(", "));
    return;
  }
  const known = new Set(splitList(said).map((name) => name.toLowerCase()));
  // It depends on more than headers already.
  if (known.has("*")) return;
  const further = names.filter((name) => !known.has(name));
  if (further.length > 0) setHeader(flat, "vary", [said, ...further].join(", "));
}
