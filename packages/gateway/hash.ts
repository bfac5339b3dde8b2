// A fast hash for placing things (buckets, releases): FNV-1a over UTF-16 units with the finaliser of MurmurHash3. Not for secrets.

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32 unsigned bits. Different seeds give unrelated hashes of one text. */
export function hash32(text: string, seed: number): number {
  return finish(hashBegin(text, seed)) >>> 0;
}

/** A place in [0, 1). */
export function hashToShare(text: string, seed: number): number {
  return hash32(text, seed) / 0x1_0000_0000;
}

/** What is left to do of a text's hash when only its end is still to come. */
export function hashBegin(text: string, seed: number): number {
  let state = OFFSET_BASIS ^ seed;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), PRIME);
  return state;
}

/** Two begun hashes, `hashBegin` of "" for none. */
export type Begun = { readonly first: number; readonly second: number };

/** What `hashTwice` gave last, 32 signed bits each: an object for each time would cost more than the hashing. */
export const hashed = { first: 0, second: 0 };

/** Ends two hashes with one pass over `end`, into `hashed`: those of `begun`'s text, then `part`'s, then `end`. */
export function hashTwice(begun: Begun, part: Begun, end: string): void {
  let first = Math.imul(begun.first ^ part.first, PRIME);
  let second = Math.imul(begun.second ^ part.second, PRIME);
  for (let index = 0; index < end.length; index++) {
    const code = end.charCodeAt(index);
    first = Math.imul(first ^ code, PRIME);
    second = Math.imul(second ^ code, PRIME);
  }
  hashed.first = finish(first);
  hashed.second = finish(second);
}

function finish(state: number): number {
  let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
