// Taking over from a Holdfast that runs on the same data, as in an upgrade. Told by SIGUSR2, it gives up its data and its pages and goes on
// with the calls; when this process serves calls on the same port, it is told to stop, and lets those end that it has.
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import { lockHolder } from "@holdfast/storage";
import { stillServing } from "./handed-over.ts";
import { CannotStart } from "./ports.ts";

export type Predecessors = {
  /** What they call their records by. */
  nodes: readonly string[];
  /** Somebody else serves their port now. */
  retire(): void;
};

type Tools = { clock: Clock; log: Log };

const LOOK_EVERY_MS = 50;

/**
 * Resolves when the data is free. There may be predecessors although nobody had it: those that gave it to a process that failed.
 * Undefined: there are none. Rejects with CannotStart when the holder does not give the data up.
 */
export async function takeOver(data_dir: string, lock_file: string, tools: Tools): Promise<Predecessors | undefined> {
  await takeData(lock_file, tools);
  const nodes = stillServing(data_dir).map(({ node }) => node);
  if (nodes.length === 0) {
    tools.log.info({}, "nobody runs on this data: there is nothing to take over");
    return undefined;
  }
  tools.log.info({ from: nodes }, "taking over");
  return { nodes, retire: () => stillServing(data_dir).forEach(({ pid }) => void retire(pid, tools)) };
}

async function takeData(lock_file: string, { clock }: Tools): Promise<void> {
  const end_ms = clock.now() + LIMITS.hand_over_ms;
  let told: number | undefined;
  for (let holder = lockHolder(lock_file); holder.held; holder = lockHolder(lock_file)) {
    if (clock.now() > end_ms) throw new CannotStart(whyNot(holder.pid));
    // One that is starting itself hears of it when it has started.
    if (holder.pid !== undefined && holder.pid !== told) tell(holder.pid);
    told = holder.pid ?? told;
    await clock.sleep(LOOK_EVERY_MS);
  }
}

function whyNot(pid: number | undefined): string {
  if (pid === undefined) return "the data folder is held by a process of which nobody can tell which it is";
  return `process ${pid} did not give up its data within ${LIMITS.hand_over_ms / 1000} s`;
}

function tell(pid: number): void {
  try {
    process.kill(pid, "SIGUSR2");
  } catch (error) {
    throw new CannotStart(`process ${pid}, which holds the data folder, cannot be told: ${(error as Error).message}`);
  }
}

function retire(pid: number, { log }: Tools): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    log.warn({ pid, error: String(error) }, "a process that was taken over from has ended by itself");
  }
}
