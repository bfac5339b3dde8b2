// Which releases no rule may lead to. A rule sends callers to a release whatever its share, so a release that is taken back is
// closed as well; it opens again when somebody gives it a share, or everything goes back to what the settings say.
import type { ShiftInput, Weights } from "@holdfast/contract";
import { isSame } from "./weights.ts";

type Standing = { closed: readonly string[]; declared: Weights; picked: readonly string[] };

/** After a person asked for `weights`. */
export function closedAfter(input: ShiftInput, weights: Weights, { closed, declared, picked }: Standing): string[] {
  const { roll_back_to } = input;
  if (roll_back_to !== undefined) return picked.filter((name) => name !== roll_back_to);
  if (input.weights !== undefined && isSame(weights, declared)) return [];
  return stillClosed(closed, weights);
}

export function stillClosed(closed: readonly string[], weights: Weights): string[] {
  return closed.filter((name) => (weights[name] ?? 0) === 0);
}

/** After `release` was found bad: rules that name it lead there no more. */
export function closedWith(release: string, { closed, picked }: Omit<Standing, "declared">): string[] {
  return closed.includes(release) || !picked.includes(release) ? [...closed] : [...closed, release];
}

export function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}
