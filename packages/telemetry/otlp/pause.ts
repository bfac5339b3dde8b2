// A pause that somebody may end early.
import type { Clock } from "@holdfast/base";

export async function pause(clock: Clock, delay_ms: number, waking: AbortSignal): Promise<void> {
  // It rejects when somebody wakes it, which is no error.
  await clock.sleep(delay_ms, waking).catch(() => undefined);
}
