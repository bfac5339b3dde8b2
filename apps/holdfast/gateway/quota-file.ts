// Quotas on disk, those of the calendar and those that slide each in a file of its own: written whole beside the calls when they moved,
// at most every LIMITS.quota_spill_ms, and once more at the end. So a process that is stopped forgets nothing, and one that is killed
// forgets the calls of the last quota_spill_ms at most.
import { existsSync, readFileSync } from "node:fs";
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import { writeAtomically } from "@holdfast/control";
import { type QuotaKind, quotaChanges, restoreQuotas, snapshotQuotas } from "@holdfast/gateway";

export type QuotaFiles = {
  /** Writes what moved since the last time. Rejects when it cannot. */
  close(): Promise<void>;
};

/** Memory of quotas that threads share. */
export type QuotaBuffers = Record<QuotaKind, SharedArrayBuffer>;

type Tools = { clock: Clock; log: Log };

const KINDS: readonly QuotaKind[] = ["quotas", "sliding"];

function fileOf(kind: QuotaKind, path: string): string {
  return kind === "quotas" ? path : `${path}-${kind}`;
}

/** The tables that the files hold; without those whose file is not there, or damaged, which the log hears of. */
export function readQuotas(path: string, tools: Tools): Partial<QuotaBuffers> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const buffer = readOne(kind, fileOf(kind, path), tools);
      return buffer ? [[kind, buffer]] : [];
    }),
  );
}

function readOne(kind: QuotaKind, path: string, { clock, log }: Tools): SharedArrayBuffer | undefined {
  if (!existsSync(path)) return undefined;
  const restored = restoreQuotas(kind, readFileSync(path), clock.now());
  if (!restored) log.error({ path }, "the file of quotas is damaged: they begin anew");
  return restored;
}

export function keepQuotas(path: string, buffers: QuotaBuffers, tools: Tools): QuotaFiles {
  const files = KINDS.map((kind) => keepOne(kind, { path: fileOf(kind, path), buffer: buffers[kind] }, tools));
  return { close: async () => void (await Promise.all(files.map((file) => file.close()))) };
}

type Kept = { path: string; buffer: SharedArrayBuffer };

function keepOne(kind: QuotaKind, { path, buffer }: Kept, { clock, log }: Tools): QuotaFiles {
  let written = quotaChanges(kind, buffer);
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    if (quotaChanges(kind, buffer) === written) return;
    const { bytes, changes } = snapshotQuotas(kind, buffer, clock.now());
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
