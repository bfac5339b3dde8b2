// A launch as it is typed, and what the API makes of it. Dates are whole days of the reader's zone.
import type { LaunchInput } from "../../api/types.ts";

export type LaunchDraft = {
  name: string;
  /** `YYYY-MM-DD`, as a date field gives it. */
  from: string;
  until: string;
  /** Names separated by commas. */
  routes: string;
  models: string;
  /** Days without a critical issue; 0 leaves the criterion out. */
  days: number;
  /** Error ratio in percent; 0 leaves the criterion out. */
  errors: number;
  /** The days that the error ratio is taken over. */
  over: number;
};

const day_ms = 86_400_000;

function dateOf(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function emptyDraft(now: number): LaunchDraft {
  const window = { from: dateOf(now), until: dateOf(now + 28 * day_ms) };
  return { name: "", ...window, routes: "", models: "", days: 7, errors: 0.5, over: 7 };
}

export function isComplete(draft: LaunchDraft): boolean {
  return /^[a-z0-9][a-z0-9_.-]{0,62}$/.test(draft.name) && draft.from !== "" && draft.until > draft.from;
}

const namesIn = (text: string) =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

export function draftInput(draft: LaunchDraft): LaunchInput {
  const exit: NonNullable<LaunchInput["exit"]> = {};
  if (draft.days > 0) exit.quiet = { measure: "days_without_critical", at_least: draft.days };
  if (draft.errors > 0 && draft.over > 0) {
    exit.errors = { measure: "error_ratio", under: `${draft.errors}%`, over_last: `${draft.over}d` };
  }
  return {
    name: draft.name,
    scope: { routes: namesIn(draft.routes), models: namesIn(draft.models) },
    from: new Date(`${draft.from}T00:00`).getTime(),
    until: new Date(`${draft.until}T23:59`).getTime(),
    phase: "prepare",
    exit,
  };
}
