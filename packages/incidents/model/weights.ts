// Shares of traffic by release: what a valid set is, whether two are the same, and how a change reads.
import { type FieldError, failed, ok, presentShare, type Result } from "@holdfast/base";
import type { ShiftInput, Weights } from "@holdfast/contract";

/** Shares are kept to a millionth; more is noise of adding decimals. */
const PRECISION = 1e6;
const TOLERANCE = 1 / PRECISION;

export function rounded(share: number): number {
  return Math.round(share * PRECISION) / PRECISION;
}

export function isSame(left: Weights, right: Weights): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => Math.abs((left[name] ?? 0) - (right[name] ?? 0)) <= TOLERANCE);
}

/** Everything to one release, for each of the releases that there are. */
function allTo(release: string, declared: Weights): Weights {
  return Object.fromEntries(Object.keys(declared).map((name) => [name, name === release ? 1 : 0]));
}

/** What a person asked for as weights of all releases; those left out get nothing. */
export function decideWeights(input: ShiftInput, declared: Weights): Result<Weights, FieldError[]> {
  const { weights, flip_to, roll_back_to } = input;
  if ([weights, flip_to, roll_back_to].filter((one) => one !== undefined).length !== 1) {
    return failed([{ path: "weights", message: "give either `weights`, `flip_to` or `roll_back_to`" }]);
  }
  const whole = flip_to ?? roll_back_to;
  if (whole !== undefined) {
    const error = unknownRelease(flip_to === undefined ? "roll_back_to" : "flip_to", whole, declared);
    return error ? failed([error]) : ok(allTo(whole, declared));
  }
  const asked = Object.entries(weights ?? {});
  const unknown = asked.map(([name]) => unknownRelease(`weights.${name}`, name, declared)).filter((error) => !!error);
  if (unknown.length > 0) return failed(unknown);
  const sum = asked.reduce((total, [, share]) => total + share, 0);
  if (Math.abs(sum - 1) > TOLERANCE) {
    return failed([{ path: "weights", message: `add up to ${presentShare(sum)}; they must add up to 100 %` }]);
  }
  return ok({ ...allTo("", declared), ...Object.fromEntries(asked.map(([name, share]) => [name, rounded(share)])) });
}

/** "v1 90 % → 100 %, v2 10 % → 0 %": the releases that change, by name. */
export function presentShift(before: Weights, after: Weights): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => !isSame({ share: before[name] ?? 0 }, { share: after[name] ?? 0 }))
    .map((name) => `${name} ${presentShare(before[name] ?? 0)} → ${presentShare(after[name] ?? 0)}`)
    .join(", ");
}

type Traffic = { weights: Weights; closed: readonly string[] };

/** The same with what rules may reach: "v2 10 % → 0 %; no rule leads to v2 any more". */
export function presentMove(before: Traffic, after: Traffic): string {
  const shut = after.closed.filter((name) => !before.closed.includes(name));
  const opened = before.closed.filter((name) => !after.closed.includes(name));
  return [
    presentShift(before.weights, after.weights),
    ...(shut.length > 0 ? [`no rule leads to ${shut.join(" and ")} any more`] : []),
    ...(opened.length > 0 ? [`rules lead to ${opened.join(" and ")} again`] : []),
  ]
    .filter((part) => part !== "")
    .join("; ");
}

export function presentSwitch(enabled: boolean): string {
  return enabled ? "switched on" : "switched off";
}

function unknownRelease(path: string, name: string, declared: Weights): FieldError | undefined {
  if (Object.hasOwn(declared, name)) return undefined;
  return { path, message: `is none of the releases ${Object.keys(declared).join(", ")}` };
}
