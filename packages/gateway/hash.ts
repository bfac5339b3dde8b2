// A fast hash for placing things (buckets, releases): FNV-1a over UTF-16 units with the finaliser of MurmurHash3. Not for secrets.

/** 32 unsigned bits. Different seeds give unrelated hashes of one text. */
export function hash32(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A place in [0, 1). */
export function hashToShare(text: string, seed: number): number {
  return hash32(text, seed) / 0x1_0000_0000;
}
