// Subjects that have the same limits share the texts that say so: with thousands of subjects their own would be in no cache.
import { onePiece } from "@holdfast/http1";

const texts = new Map<string, string>();
/** More are their subjects' own. */
const TEXTS_MAX = 1000;

export function oneText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const one = onePiece(text);
  if (texts.size < TEXTS_MAX) texts.set(one, one);
  return one;
}
