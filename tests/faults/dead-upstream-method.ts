// How it is proved that a dead upstream does not hold others up: what is dead, what is alive, and how long and how often each is called.
import type { Beyond, Growth } from "./tails.ts";

/** How the second route's upstream is dead; the first is not: what it says is what the method itself is off by. */
export const DEATHS = {
  own: "is not there: the gateway answers by itself",
  refuses: "refuses connections",
  mute: "takes connections and never answers",
  broken: "the same, behind a breaker",
  nameless: "has a name that does not exist",
} as const;
export type Death = keyof typeof DEATHS;
/** What the second route's upstream is while the first one is looked at. */
export type Other = "alive" | Death;

/** Milliseconds of work for each answer of the services that are alive. */
export const WORK_MS = { at_work: 5, at_once: 0 } as const;
export type Alive = keyof typeof WORK_MS;

/** So long a call waits for its answer. */
export const SILENCE_MS = 1000;

/** Of the live route's p99, the other upstream dead and alive. */
export const RATIO_MAX = 1.1;
/**
 * Short, and many of them: a burst of whatever else the machine does spoils few. The other route is called for some time before: calls end
 * as fast as they begin by then.
 */
export const ROUND = { lead_seconds: SILENCE_MS / 1000 + 0.2, seconds: 1.5 };
export const LIVE_PER_SECOND = 400;
export const OTHER_PER_SECOND = 100;
/** Of each route whose upstream is alive, before anything is measured: wrk asks as fast as it is answered, then the load as it will be. */
export const WARM_UP = { seconds: 5, connections: 32, paced_seconds: 4 };
/** Of each kind of death, before the rounds: an outage that goes on is another thing than its first minute. */
export const GOES_ON_SECONDS = 20;
/** So long a gateway is watched before the first call that an outage leaves unanswered, and from it on, in rounds. */
export const FIRST_SECONDS = 60;
export const FIRST_ROUND_SECONDS = 6;
/** Called in the same way before that: what is hot only now is compiled. */
export const SETTLE_SECONDS = 18;
const FIRST_DEATH: Death = "mute";
/** Where V8's helper threads are, which compile what an outage brings for the first time. `nothing`: the other route goes on as before. */
export const PLACES = {
  nothing: "is alive: what a minute is off by from the one before it",
  beside: `${DEATHS[FIRST_DEATH]}; V8's helper threads on the gateway's core`,
  elsewhere: "the same; V8's helper threads on the other core",
} as const;
export type Place = keyof typeof PLACES;

export function otherIn(place: Place): Other {
  return place === "nothing" ? "alive" : FIRST_DEATH;
}

export type Table = Alive | `first_${Alive}`;
/** Rounds of each kind of an outage that goes on; and gateways whose first minute is measured, for each of the places. Of none: not measured. */
export type Cycles = Record<Table, number>;

/** One row of a table: how much the live route's p99 grew. */
export type Found = Growth & {
  side: "Holdfast" | "nginx";
  table: Table;
  other: Other;
  what: string;
  /** Of first minutes: more than where the other route goes on as before. */
  beyond?: Beyond;
};

/** Nothing is there where nothing is dead. */
export function isTooMuch(found: Found): boolean {
  const { side, other } = found;
  return side === "Holdfast" && other !== "own" && other !== "alive" && judgedOf(found).ratio > RATIO_MAX;
}

/** Rounds of an outage that goes on are in turn with those of none. A gateway's first outage comes behind what it is compared with. */
export function judgedOf(found: Found): Beyond {
  return found.beyond ?? found;
}
