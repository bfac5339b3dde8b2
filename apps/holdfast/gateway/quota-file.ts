// Quotas on disk: written whole beside the calls when they moved, at most every LIMITS.quota_spill_ms, and once more at the end. So a
// process that is stopped forgets nothing, and one that is killed forgets the calls of the last quota_spill_ms at most.
import { existsSync, readFileSync } from "node:fs";
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import { writeAtomically } from "@holdfast/control";
import { quotaChanges, restoreQuotas, snapshotQuotas } from "@holdfast/gateway";

export type QuotaFile = {
  /** Writes what moved since the last time. Rejects when it cannot. */
  close(): Promise<void>;
};

/** The table that the file holds; undefined when there is none, or a damaged one, which the log hears of. */
export function readQuotas(path: string, { clock, log }: { clock: Clock; log: Log }): SharedArrayBuffer | undefined {
  if (!existsSync(path)) return undefined;
  const restored = restoreQuotas(readFileSync(path), clock.now());
  if (!restored) log.error({ path }, "the file of quotas is damaged: they begin anew");
  return restored;
}

export function keepQuotas(path: string, buffer: SharedArrayBuffer, tools: { clock: Clock; log: Log }): QuotaFile {
  const { clock, log } = tools;
  let written = quotaChanges(buffer);
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    if (quotaChanges(buffer) === written) return;
    const { bytes, changes } = snapshotQuotas(buffer, clock.now());
    await writeAtomically(path, bytes);
    written = changes;
  }

  const stop = clock.every(LIMITS.quota_spill_ms, () => {
    // A disk that is slow is not written to twice at once.
    writing ??= write()
      .catch((error: unknown) => log.error({ path, error: String(error) }, "quotas could not be written to disk"))
      .finally(() => {
        writing = undefined;
      });
  });
  return {
    async close() {
      stop();
      await writing;
      await write();
    },
  };
}
