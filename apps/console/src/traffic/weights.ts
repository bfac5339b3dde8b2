// What a change of traffic means in shares: how much moves, from where to where.
import type { Subject, Weights } from "../api/types.ts";

export type Move = { moved: number; from: string[]; to: string[] };

const least = 0.000_5;

export function weightsOf(subject: Subject): Weights {
  return Object.fromEntries(subject.releases.map((release) => [release.name, release.weight]));
}

/** All traffic on one release. */
export function allOn(weights: Weights, release: string): Weights {
  return Object.fromEntries(Object.keys(weights).map((name) => [name, name === release ? 1 : 0]));
}

export function moveBetween(before: Weights, after: Weights): Move {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const gain = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  const to = names.filter((name) => gain(name) > least);
  return {
    moved: to.reduce((sum, name) => sum + gain(name), 0),
    from: names.filter((name) => gain(name) < -least),
    to,
  };
}

/** Where everything could go that is not there yet; the release with least first, as of two colours it is the idle one. */
export function flipTargets(subject: Subject): string[] {
  const others = subject.releases.filter((release) => release.weight < 1 - least);
  return others.sort((a, b) => a.weight - b.weight || b.declared_weight - a.declared_weight).map(({ name }) => name);
}

/** Where a rollback leads: the release that the settings name, else the one that gets most of the rest. */
export function wayBack(subject: Subject): string | undefined {
  if (subject.rollback) return subject.rollback.against;
  if (subject.releases.length < 2) return undefined;
  return [...subject.releases].sort((a, b) => b.declared_weight - a.declared_weight)[0]?.name;
}
