// Consistent hashing (D. Karger et al., 1997) with bounded loads (V. Mirrokni, M. Thorup, M. Zadimoghaddam, 2016): a key leads to a
// place on a ring; the upstream behind it is taken unless it is away or too busy, else the next one round. Pure.
import { LIMITS } from "@holdfast/base";
import { hash32 } from "../hash.ts";

export type RingMember = { name: string; weight: number };

/** Points of the ring in their order, and whose each is. */
export type HashRing = { places: Uint32Array; owners: Uint16Array };

/** The same members give the same ring, whatever their order. */
export function buildRing(members: readonly RingMember[]): HashRing {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const per_weight = Math.min(LIMITS.hash_ring_points, LIMITS.hash_ring_points_max / total);
  const points = members.flatMap(({ name, weight }, owner) =>
    Array.from({ length: Math.max(1, Math.round(weight * per_weight)) }, (_, point) => ({
      place: hash32(`${name}#${point}`, 0),
      owner,
      name,
    })),
  );
  // Two points in one place: the name decides, not the order of the list.
  points.sort((left, right) => left.place - right.place || (left.name < right.name ? -1 : 1));
  return {
    places: Uint32Array.from(points, ({ place }) => place),
    owners: Uint16Array.from(points, ({ owner }) => owner),
  };
}

/** The first member from the key's place on that `takes`; undefined when none does. */
export function walkRing(
  { places, owners }: HashRing,
  key: string,
  takes: (owner: number) => boolean,
): number | undefined {
  const from = firstAt(places, hash32(key, 1));
  for (let step = 0; step < places.length; step++) {
    const owner = owners[(from + step) % places.length] as number;
    if (takes(owner)) return owner;
  }
  return undefined;
}

/** Index of the first place that is not before `place`; round the end, 0. */
function firstAt(places: Uint32Array, place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < place) low = middle + 1;
    else high = middle;
  }
  return low === places.length ? 0 : low;
}
