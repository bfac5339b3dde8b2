// What a rule of hostile input is: text in, found or not. Each one reads its text once, or a bounded number of times: what an
// attacker sends never makes it slow.

/** path, query, header: short and rarely prose. body: whatever people write, code included. */
export type TextPlace = "path" | "query" | "header" | "body";

/** `text` is decoded; `lower` is the same in lower case. */
export type Rule = (text: string, lower: string, place: TextPlace) => boolean;

/** Every place at which `word` begins, until `found` says yes. */
export function anywhere(text: string, word: string, found: (at: number) => boolean): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) if (found(at)) return true;
  return false;
}

export function isWordCharacter(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  );
}

/** Spaces of any kind that come from `at` on, at most 64: the first place after them. */
export function pastSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && next - at < 64 && text.charCodeAt(next) <= 0x20) next++;
  return next;
}
