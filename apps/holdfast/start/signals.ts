// From running to stopped: the first signal drains, the second ends the process where it stands. SIGUSR2 hands over to a process that
// takes over (take-over.ts), which tells this one to stop when it serves.
import { LIMITS, type Log, systemClock } from "@holdfast/base";
import type { Running } from "./holdfast.ts";

const EXIT_FORCED = 130;
const EXIT_CRASHED = 70;

/** Whether somebody wants to take over, and whether they may by now. */
const taking_over: { wished: boolean; handOver: (() => void) | undefined } = { wished: false, handOver: undefined };

/** From the beginning: by default the signal would end a process that is starting. */
export function hearOfTakeOvers(): void {
  process.on("SIGUSR2", () => {
    taking_over.wished = true;
    taking_over.handOver?.();
  });
}

/** Resolves with the exit code when everything is closed. */
export async function untilStopped(running: Running, log: Log): Promise<number> {
  letTakeOver(running, log);
  const reason = await firstReason(log);
  process.stdout.write(`Stopping: ${reason.why}. Running calls may end; a second signal stops at once.\n`);
  // Something that does not close must not keep the process for ever.
  const give_up = systemClock.after(LIMITS.drain_ms, () => {
    log.error({ limit_ms: LIMITS.drain_ms }, "not everything closed in time");
    process.exit(reason.code || 1);
  });
  await running.stop();
  give_up();
  return reason.code;
}

let handed_over = false;

/** Once: a process that has nothing left to give is not asked again. */
function letTakeOver(running: Running, log: Log): void {
  taking_over.handOver = () => {
    if (handed_over) return;
    handed_over = true;
    process.stdout.write(
      "Handing over: another process takes the data and the pages; calls are served here until it serves.\n",
    );
    systemClock.after(LIMITS.hand_over_ms, () =>
      log.error(
        { limit_ms: LIMITS.hand_over_ms },
        "nobody serves in this process's place yet: it has calls only, no pages",
      ),
    );
    void running.handOver();
  };
  if (taking_over.wished) taking_over.handOver();
}

type Reason = { why: string; code: number };

function firstReason(log: Log): Promise<Reason> {
  return new Promise((resolve) => {
    let first_us: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => {
        const now_us = systemClock.monotonicMicros();
        first_us ??= now_us;
        // Whoever has taken over says so, whether this process was told to stop before or not.
        const forces = signal !== "SIGTERM" || !handed_over;
        if (forces && now_us - first_us > LIMITS.one_stop_ms * 1_000) process.exit(EXIT_FORCED);
        resolve({ why: signal, code: 0 });
      });
    // A broken assumption: what is in memory may be wrong, what is on disk is not. Close and let the supervisor start anew.
    const crashed = (error: unknown): void => {
      log.error({ error }, "the process met an error that nobody handled");
      resolve({ why: "an error that nobody handled", code: EXIT_CRASHED });
    };
    process.on("uncaughtException", crashed);
    process.on("unhandledRejection", crashed);
  });
}
