// Small text helpers that several packages need.

/** The candidate closest to `word` by edit distance, if it is close enough to be a typing slip. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let best_distance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

/** Levenshtein distance (Wagner and Fischer 1974), two rows. */
export function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] as number) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[right.length] as number;
}

/** Cuts to at most `characters_max` characters and marks the cut. Never splits a surrogate pair. */
export function shorten(text: string, characters_max: number): string {
  if (text.length <= characters_max) return text;
  const cut = text.slice(0, characters_max - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${cut}…`;
}
