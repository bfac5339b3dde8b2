// What V8 is told in every process that serves calls (docs/decisions/008-what-trouble-costs-others.md).
import { setFlagsFromString } from "node:v8";

const TOLD = [
  // Lets everything begin in the young generation. V8 otherwise makes the objects of a place in the code old from the start once many
  // of that place have survived. Under load calls wait, and look like that; what they leave behind is then garbage that only a marking
  // of the whole heap finds, for 70 to 100 ms of a core.
  "--no-allocation-site-pretenuring",
  // Compiles a function after ten times as many calls as V8 would by itself (400 and 3,000): what serves for weeks has the time. What
  // only a new trouble makes hot, such as the path of calls that are never answered, is then compiled over minutes and not within
  // its first seconds, on the core that calls are served on.
  "--invocation-count-for-maglev=4000",
  "--invocation-count-for-turbofan=30000",
] as const;

/** Holds for all threads of the process, from their next collection and their functions' next count on. */
export function tuneEngine(): void {
  for (const flag of TOLD) setFlagsFromString(flag);
}
