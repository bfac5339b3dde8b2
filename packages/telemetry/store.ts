// The port of every store of calls: what the shipper writes and what questions read. DuckDB implements it today.
import type { Id, WorkspaceName } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import type { MeasuredRow, MeasureQuery, RecordQuery } from "./query/tree.ts";
import type { Position } from "./spool/budget.ts";

/** Records that were deleted from the spool before they were shipped, because it was full. */
export type Loss = { node: string; segment: number; records: number };

/** What is written together or not at all. Positions say up to where each node is in the store afterwards. */
export type Batch = { records: readonly CallRecord[]; positions: readonly Position[]; losses: readonly Loss[] };

export type TelemetryStore = {
  positions(): Promise<Position[]>;
  append(batch: Batch): Promise<void>;
  /** Records that were lost to a full spool, over the store's life. */
  lost(): Promise<number>;
  /** With its capture. */
  record(workspace: WorkspaceName, id: Id): Promise<CallRecord | undefined>;
  /** Without captures. */
  records(query: RecordQuery): Promise<CallRecord[]>;
  measures(query: MeasureQuery): Promise<MeasuredRow[]>;
  close(): Promise<void>;
};
