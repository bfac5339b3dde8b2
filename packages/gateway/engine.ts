// What V8 is told in every process that serves calls.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Lets everything begin in the young generation. V8 otherwise makes the objects of a place in the code old from the start once many
 * of that place have survived ("allocation site pretenuring"). Under load calls wait, and look like that; what they leave behind is
 * then garbage that only a marking of the whole heap finds, for 70 to 100 ms of a core (docs/decisions/008-what-trouble-costs-others.md).
 * Holds for all threads of the process, from the next collection on.
 */
export function beginYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}

/**
 * What V8 reads when it makes a heap. The young generation keeps at least 8 MiB a half, of the 16 to which load makes it grow anyway.
 * And V8's memory reducer stays out: some 100 s after the last marking of the whole heap it marks it again, whatever else goes on, and
 * leaves so little room that the next marking comes soon after. For 30 ms each time four helper threads want the gateway's core. What
 * a heavy load took is so kept until there is as much garbage again (docs/decisions/008-what-trouble-costs-others.md).
 */
export const HEAP_OPTIONS: readonly string[] = ["--min-semi-space-size=8", "--no-memory-reducer"];

/** For threads started from now on. Who serves by a process's first thread starts Node with HEAP_OPTIONS. */
export function setUpHeaps(): void {
  for (const option of HEAP_OPTIONS) setFlagsFromString(option);
}

/**
 * Collects all garbage, gives back to the system what is free, and takes the young generation down to its least. Loading the programs
 * has made it as large as it gets, which is some 70 MB for each thread. Takes about 100 ms, in which this thread does nothing else. The
 * option stays: it is the process's, and threads that start together would take it from one another.
 */
export function giveBackMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
