// What every call of one gateway worker shares.
import type { Clock, IdSource, Log } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import type { Call } from "./call.ts";

/** Takes finished records. Never blocks, never throws. */
export type RecordSink = { write(record: CallRecord): void };

export type Worker = {
  /** Name of this worker in records. */
  node: string;
  clock: Clock;
  ids: IdSource;
  records: RecordSink;
  log: Log;
  running: Set<Call>;
  /** More than these at once are refused. */
  calls_max: number;
};
