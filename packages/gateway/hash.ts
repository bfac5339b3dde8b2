// A fast hash for placing things (buckets, releases): FNV-1a over UTF-16 units with the finaliser of MurmurHash3. Not for secrets.

/** 32 unsigned bits. Different seeds give unrelated hashes of one text. */
export function hash32(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return finish(hash) >>> 0;
}

function finish(state: number): number {
  let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** What `hashTwice` gave last. */
export const hashed = { first: 0, second: 0 };

/** `hash32` with two seeds in one pass over the text, into `hashed`: an object for each would cost more than the hashing. */
export function hashTwice(text: string, first_seed: number, second_seed: number): void {
  let first = 0x811c9dc5 ^ first_seed;
  let second = 0x811c9dc5 ^ second_seed;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x01000193);
  }
  hashed.first = finish(first);
  hashed.second = finish(second);
}

/** A place in [0, 1). */
export function hashToShare(text: string, seed: number): number {
  return hash32(text, seed) / 0x1_0000_0000;
}
