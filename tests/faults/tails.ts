// The slowest hundredth of calls: what it grows by when something else happens, and how well that is known.

/** Calls of one round: milliseconds, sorted. */
export type Times = readonly number[];

/** Of the rounds of a kind: the machine has bursts of other work. */
export const CALM_SHARE = 0.75;
/** The ratio is worked out so many times over, of as many pairs drawn by lot (the bootstrap). */
const DRAWS = 400;

/** Rounds of the same gateway and the same minutes, without what may make calls slower and with it. */
export type Pair = { before: readonly Times[]; after: readonly Times[] };

/** 99th percentiles of all calls of the calm rounds, in milliseconds. */
export type Growth = {
  before_p99_ms: number;
  after_p99_ms: number;
  ratio: number;
  /** Of the ratios of pairs drawn by lot, 95 % are between these. */
  from: number;
  to: number;
  /** Of the calls of all rounds. */
  ratio_of_all: number;
};

/** How much more the calls of some pairs grew than those of others. */
export type Beyond = Pick<Growth, "ratio" | "from" | "to">;

export function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((left, right) => left - right);
}

export function growthOf(pairs: readonly Pair[]): Growth {
  const all = (side: keyof Pair): number => p99Of(sorted(pairs.flatMap((pair) => pair[side]).flat()));
  const range = rangeOf(() => calmGrowth(drawOf(pairs)).ratio);
  return { ...calmGrowth(pairs), ...range, ratio_of_all: all("after") / all("before") };
}

/**
 * Beyond what passes with time alone: the geometric mean of how much more each pair grew than the one of `others` at its place, whose
 * rounds were in turn with its own, and in which nothing happened. The machine of the one was the machine of the other.
 */
export function growthBeyond(pairs: readonly Pair[], others: readonly Pair[]): Beyond {
  const each = pairs.map((pair, at) => calmGrowth([pair]).ratio / calmGrowth([others[at] as Pair]).ratio);
  return { ratio: geometricMean(each), ...rangeOf(() => geometricMean(drawOf(each))) };
}

function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/** Where 95 % of what is drawn lies. */
function rangeOf(draw: () => number): Pick<Growth, "from" | "to"> {
  const drawn = sorted(Array.from({ length: DRAWS }, draw));
  const at = (share: number): number => drawn[Math.floor(drawn.length * share)] as number;
  return { from: at(0.025), to: at(0.975) };
}

function calmGrowth(pairs: readonly Pair[]): Pick<Growth, "before_p99_ms" | "after_p99_ms" | "ratio"> {
  const calm = (side: keyof Pair): number => p99Of(calmOf(pairs.flatMap((pair) => pair[side])));
  const [before_p99_ms, after_p99_ms] = [calm("before"), calm("after")];
  return { before_p99_ms, after_p99_ms, ratio: after_p99_ms / before_p99_ms };
}

function p99Of(times: Times): number {
  return times[Math.floor(times.length * 0.99)] as number;
}

function calmOf(rounds: readonly Times[]): Times {
  const by_p99 = rounds.toSorted((left, right) => p99Of(left) - p99Of(right));
  return sorted(by_p99.slice(0, Math.ceil(by_p99.length * CALM_SHARE)).flat());
}

/** As many; some more than once, and some not. */
function drawOf<One>(all: readonly One[]): readonly One[] {
  return all.map(() => all[Math.floor(Math.random() * all.length)] as One);
}
