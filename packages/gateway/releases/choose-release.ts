// Which release serves a call. Sticky: the same caller stays with the same release as long as its share lasts, and when shares
// move only those callers move whose place the border crossed. Pure.
import { hashToShare } from "../hash.ts";

/** `until` is the upper border of the release's part of [0, 1). */
export type Slice = { until: number };

/** Borders in the order of the list; weights that do not quite add up to 1 are stretched. */
export function sliceByWeight<Release extends { weight: number }>(releases: readonly Release[]): (Release & Slice)[] {
  const served = releases.filter(({ weight }) => weight > 0);
  const total = served.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  return served.map((release, index) => {
    sum += release.weight;
    return { ...release, until: index === served.length - 1 ? 1 : sum / total };
  });
}

/** `seed` is the subject's own, so that the same callers are not the first everywhere. Undefined when nothing has weight. */
export function chooseRelease<Release extends Slice>(
  releases: readonly Release[],
  caller: string,
  seed: number,
): Release | undefined {
  if (releases.length < 2) return releases[0];
  const place = hashToShare(caller, seed);
  return releases.find(({ until }) => place < until);
}
