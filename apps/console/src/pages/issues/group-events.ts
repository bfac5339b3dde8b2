// A timeline that stays readable when many people write at once: voices in a row become one line.
import type { IssueEvent } from "../../api/types.ts";

export type TimelineEntry = { kind: "event"; event: IssueEvent } | { kind: "voices"; events: IssueEvent[] };

/** Fewer voices in a row than this stay as they are. */
const least = 3;

/** Newest first; the events of a group too. */
export function groupEvents(events: readonly IssueEvent[]): TimelineEntry[] {
  const runs: IssueEvent[][] = [];
  for (const event of [...events].sort((a, b) => b.at - a.at)) {
    const run = runs.at(-1);
    if (run && event.kind === "voice" && run[0]?.kind === "voice") run.push(event);
    else runs.push([event]);
  }
  return runs.flatMap((run): TimelineEntry[] =>
    run.length >= least ? [{ kind: "voices", events: run }] : run.map((event) => ({ kind: "event", event })),
  );
}
