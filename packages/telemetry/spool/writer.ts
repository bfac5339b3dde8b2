// Takes call records from a gateway worker and brings them to disk in batches, beside the event loop. It never blocks, never
// throws into a call and never grows without bound: what cannot be kept is counted.
import type { Cancel, Clock } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { createQueue, type Queue } from "./queue.ts";
import { createSink, type Sink } from "./sink.ts";

/** `write_failed` will be tried again; `unsynced` and `dropped` are final. One report for each episode, not for each record. */
export type SpoolProblem = { kind: "write_failed" | "unsynced" | "dropped"; detail: string };

export type SpoolWriter = {
  /**
   * Returns at once. The record outlives the process within about 100 ms, and the machine within 600, unless the disk refuses.
   * `trace_is_id`: its trace and span are those that begin with its id, and need not be written.
   */
  write(record: CallRecord, trace_is_id?: boolean): void;
  /** Resolves when everything written so far is on disk; rejects when the disk refuses it for now. */
  flush(): Promise<void>;
  /** Tries to bring the rest to disk, then stops. Never rejects. */
  close(): Promise<void>;
  /** Records lost since the start. */
  dropped(): number;
};

export type SpoolOptions = {
  dir: string;
  /** Unique among the writers of one folder. */
  node: string;
  clock: Clock;
  on_problem: (problem: SpoolProblem) => void;
};

const FLUSH_MS = 100;
/** At most so often the disk is waited for: a sync holds up the core it shares, and what it saves is only lost when the power is. */
const SYNC_MS = 500;
const RETRY_MS = 500;
/** Waiting bytes that are worth a write at once. */
const EAGER_BYTES = 256 * 1024;

export function createSpoolWriter({ dir, node, clock, on_problem }: SpoolOptions): SpoolWriter {
  const queue = createQueue();
  const losses = countLosses(on_problem);
  const sink = createSink({ dir, node, clock, on_unsynced: (detail) => on_problem({ kind: "unsynced", detail }) });
  const drain = createDrain(queue, sink, clock, {
    on_written: losses.endEpisode,
    on_failed: (detail) => on_problem({ kind: "write_failed", detail }),
    again: (delay_ms) => schedule(delay_ms),
  });
  let cancel_timer: Cancel | undefined;
  let closed = false;

  function schedule(delay_ms: number): void {
    if (cancel_timer || closed || drain.running()) return;
    cancel_timer = clock.after(delay_ms, () => void run());
  }

  function run(how: "sync" | "write" = "write"): Promise<void> {
    cancel_timer?.();
    cancel_timer = undefined;
    return drain.run(how);
  }

  async function flush(): Promise<void> {
    const target = queue.accepted();
    // The run that is on its way may have failed already, without having tried these, or have synced before they came.
    const isDone = () => queue.removed() >= target && !sink.unsynced();
    for (let attempt = 0; attempt < 2 && !isDone(); attempt++) await run("sync");
    if (queue.removed() < target) throw drain.failure() ?? new Error("the spool was not written");
  }

  return {
    write(record, trace_is_id) {
      if (closed || !queue.add(record, trace_is_id)) losses.add(1);
      else if (queue.bytes() >= EAGER_BYTES && !drain.failure()) void run();
      else schedule(FLUSH_MS);
    },
    flush,
    async close() {
      // The failure was reported when it happened.
      await flush().catch(() => undefined);
      closed = true;
      cancel_timer?.();
      if (queue.records() > 0) losses.add(queue.records());
      await sink.close().catch((error: unknown) => on_problem({ kind: "unsynced", detail: String(error) }));
    },
    dropped: losses.count,
  };
}

type DrainEvents = {
  on_written: () => void;
  /** Once for each episode. */
  on_failed: (detail: string) => void;
  /** There is more to write, after this time. */
  again: (delay_ms: number) => void;
};

/**
 * Writes what waits when it begins, or until the disk refuses; one run at a time, which never rejects. What comes meanwhile waits for
 * the next: a run that went on while there is anything would sync without a pause, for a few records each time.
 */
function createDrain(queue: Queue, sink: Sink, clock: Clock, { on_written, on_failed, again }: DrainEvents) {
  let running: Promise<void> | undefined;
  let failure: Error | undefined;
  let asked = false;
  let syncing: Promise<void> | undefined;
  let synced_at_us = Number.NEGATIVE_INFINITY;
  /** Until the next sync is due. */
  const restMs = () => SYNC_MS - (clock.monotonicMicros() - synced_at_us) / 1000;

  /** Beside further writes, which a slow disk must not hold up, unless somebody asked for it and waits. */
  async function syncWhenDue(): Promise<void> {
    const waits = asked;
    if (!waits && (syncing || restMs() > 0)) return;
    asked = false;
    // One that is under way may not have seen the last writes.
    if (waits) await syncing;
    synced_at_us = clock.monotonicMicros();
    syncing = sink.sync().finally(() => {
      syncing = undefined;
    });
    if (waits) await syncing;
  }

  async function writeWaiting(): Promise<void> {
    const target = queue.accepted();
    while (queue.removed() < target) {
      const batch = queue.batch();
      if (!batch) return;
      await sink.append(batch.payload);
      queue.remove();
      failure = undefined;
      on_written();
    }
  }

  function fail(error: unknown): void {
    if (!failure) on_failed(String(error));
    failure = error as Error;
  }

  return {
    running: () => running !== undefined,
    failure: () => failure,
    run(how: "sync" | "write"): Promise<void> {
      if (how === "sync") asked = true;
      running ??= writeWaiting()
        .then(syncWhenDue)
        .catch(fail)
        .finally(() => {
          running = undefined;
          if (queue.records() > 0) again(failure ? RETRY_MS : FLUSH_MS);
          else if (sink.unsynced()) again(Math.max(restMs(), 1));
        });
      return running;
    },
  };
}

/** Counts lost records; a row of losses without a write between them is one report. */
function countLosses(on_problem: (problem: SpoolProblem) => void) {
  let count = 0;
  let reported = false;
  return {
    count: () => count,
    add(records: number): void {
      count += records;
      if (!reported)
        on_problem({ kind: "dropped", detail: "no room in memory for more records, or for so large a one" });
      reported = true;
    },
    endEpisode(): void {
      reported = false;
    },
  };
}
