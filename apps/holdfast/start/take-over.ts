// Taking over from a Holdfast that runs on the same data, as in an upgrade. Told by SIGUSR2, it gives up its data and its pages and goes on
// with the calls; when this process serves calls on the same port, it is told to stop, and lets those end that it has.
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import { lockHolder } from "@holdfast/storage";
import { CannotStart } from "./ports.ts";

export type Predecessor = {
  /** Somebody else serves its port now. */
  retire(): void;
};

const LOOK_EVERY_MS = 50;

/** Resolves when the data is free; undefined when it was already. Rejects with CannotStart when its holder does not give it up. */
export async function takeOver(
  lock_file: string,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Predecessor | undefined> {
  const { held, pid } = lockHolder(lock_file);
  if (!held) {
    log.info({}, "nobody runs on this data: there is nothing to take over");
    return undefined;
  }
  if (pid === undefined) throw new CannotStart("whoever holds the data folder does not say which process it is");
  tell(pid, "SIGUSR2");
  const end_ms = clock.now() + LIMITS.hand_over_ms;
  while (lockHolder(lock_file).held) {
    if (clock.now() > end_ms)
      throw new CannotStart(`process ${pid} did not give up its data within ${LIMITS.hand_over_ms / 1000} s`);
    await clock.sleep(LOOK_EVERY_MS);
  }
  log.info({ from: pid }, "taking over");
  return { retire: () => retire(pid, log) };
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    throw new CannotStart(`process ${pid}, which holds the data folder, cannot be told: ${(error as Error).message}`);
  }
}

function retire(pid: number, log: Log): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    log.warn({ pid, error: String(error) }, "the process that was taken over from has ended by itself");
  }
}
