// What a soak found, and whether that is as it must be. Pure.
import { medianOf, quartersOf, slopeOf } from "./figures.ts";
import type { Tally } from "./kind.ts";
import type { Compared, Counted } from "./records.ts";
import type { Look } from "./watch.ts";

/** Of the median of the last quarter over that of the second: in the first the process still warms up. */
const MORE_SHARE_MOST = 0.1;
const MORE_MB_MOST = 60;
const MORE_DESCRIPTORS_MOST = 20;
/** Below this the quarters are too short to say anything of memory. */
const MINUTES_LEAST = 10;

export type Soak = {
  minutes: number;
  tally: Tally;
  looks: Look[];
  before: Look;
  /** Ten seconds after the load has stopped. */
  after: Look;
  compared: Compared[];
  counted: Counted;
  ready_status: number;
  exit_code: number | null;
  reloads: { applied: number; refused: number };
  pressed: { served: number; most: number };
};

export type Judged = { what: string; found: string; wanted: string; holds: boolean };

export function isLong({ minutes }: Soak): boolean {
  return minutes >= MINUTES_LEAST;
}

export function judge(soak: Soak): Judged[] {
  const { tally, before, after, ready_status, exit_code, pressed } = soak;
  const failed = tally.all("failed");
  const more = after.descriptors - before.descriptors;
  return [
    { what: "failed calls", found: String(failed), wanted: "0", holds: failed === 0 },
    memory(soak),
    {
      what: "descriptors 10 s after the load, over those before",
      found: `${before.descriptors} → ${after.descriptors}`,
      wanted: `within ${MORE_DESCRIPTORS_MOST}`,
      holds: Math.abs(more) <= MORE_DESCRIPTORS_MOST,
    },
    records(soak),
    counted(soak),
    {
      what: "served past the rate limit",
      found: `${pressed.served} of at most ${pressed.most}`,
      wanted: "no more than the limit",
      holds: pressed.served <= pressed.most,
    },
    { what: "`/readyz` at the end", found: String(ready_status), wanted: "200", holds: ready_status === 200 },
    { what: "exit code after SIGTERM", found: String(exit_code), wanted: "0", holds: exit_code === 0 },
  ];
}

function memory(soak: Soak): Judged {
  const [, second, , last] = quartersOf(soak.looks).map((looks) => medianOf(looks.map(({ memory_mb }) => memory_mb)));
  const [from_mb, to_mb] = [second as number, last as number];
  const within = to_mb <= from_mb * (1 + MORE_SHARE_MOST) && to_mb <= from_mb + MORE_MB_MOST;
  return {
    what: "memory, median of the second quarter → of the last",
    found: `${from_mb.toFixed(0)} → ${to_mb.toFixed(0)} MB`,
    wanted: isLong(soak)
      ? `at most ${MORE_SHARE_MOST * 100} % and ${MORE_MB_MOST} MB more`
      : `not judged below ${MINUTES_LEAST} minutes`,
    holds: within || !isLong(soak),
  };
}

const sumOf = (compared: readonly Compared[], which: "made" | "recorded"): number =>
  compared.reduce((all, one) => all + one[which], 0);

function counted({ compared, counted: { requests } }: Soak): Judged {
  const made = sumOf(compared, "made");
  return {
    what: "calls counted by `/metrics`",
    found: requests.toLocaleString("en"),
    wanted: "as many as were made",
    holds: requests === made,
  };
}

function records({ compared }: Soak): Judged {
  const differing = compared.filter(({ made, recorded }) => made !== recorded);
  return {
    what: "calls made, calls on record",
    found: `${sumOf(compared, "made").toLocaleString("en")}, ${sumOf(compared, "recorded").toLocaleString("en")}`,
    wanted: "the same on every route",
    holds: differing.length === 0,
  };
}

/** MB an hour, over the last three quarters. */
export function slopes(looks: readonly Look[]): { process: number; store: number } {
  const warm = quartersOf(looks).slice(1).flat();
  const hourly = (of: (look: Look) => number) => slopeOf(warm.map((look) => ({ x: look.at_s / 3600, y: of(look) })));
  return { process: hourly((look) => look.memory_mb), store: hourly((look) => look.store_mb) };
}
