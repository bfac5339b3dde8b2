// Numbers to draw upstreams and pauses by: fast, seeded, and not for secrets. xorshift32 (G. Marsaglia, Xorshift RNGs, 2003).

/** Uniform in [0, 1). The same seed gives the same numbers. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0 || 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}
