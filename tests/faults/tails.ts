// The slowest hundredth of calls: what it grows by when something else happens, and how well that is known.

/** Calls of one round: milliseconds, sorted. */
export type Times = readonly number[];

/** Of the rounds of a kind: the machine has bursts of other work. */
export const CALM_SHARE = 0.75;
/** The ratio is worked out so many times over, of as many rounds drawn by lot (the bootstrap). */
const DRAWS = 400;

/** 99th percentiles of all calls of the calm rounds, in milliseconds. */
export type Growth = {
  before_p99_ms: number;
  after_p99_ms: number;
  ratio: number;
  /** Of the ratios of rounds drawn by lot, 95 % are between these. */
  from: number;
  to: number;
  /** Of the calls of all rounds. */
  ratio_of_all: number;
};

export function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((left, right) => left - right);
}

export function growthOf(before: readonly Times[], after: readonly Times[]): Growth {
  const calmRatio = (): number => p99Of(calmOf(drawOf(after))) / p99Of(calmOf(drawOf(before)));
  const drawn = sorted(Array.from({ length: DRAWS }, calmRatio));
  const at = (share: number): number => drawn[Math.floor(drawn.length * share)] as number;
  const [before_p99_ms, after_p99_ms] = [p99Of(calmOf(before)), p99Of(calmOf(after))];
  const ratio_of_all = p99Of(sorted(after.flat())) / p99Of(sorted(before.flat()));
  return {
    before_p99_ms,
    after_p99_ms,
    ratio: after_p99_ms / before_p99_ms,
    from: at(0.025),
    to: at(0.975),
    ratio_of_all,
  };
}

function p99Of(times: Times): number {
  return times[Math.floor(times.length * 0.99)] as number;
}

function calmOf(rounds: readonly Times[]): Times {
  const by_p99 = rounds.toSorted((left, right) => p99Of(left) - p99Of(right));
  return sorted(by_p99.slice(0, Math.ceil(by_p99.length * CALM_SHARE)).flat());
}

/** As many; some more than once, and some not. */
function drawOf(rounds: readonly Times[]): readonly Times[] {
  return rounds.map(() => rounds[Math.floor(Math.random() * rounds.length)] as Times);
}
