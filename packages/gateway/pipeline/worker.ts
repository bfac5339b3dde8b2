// What every call of one gateway worker shares.
import type { Clock, IdSource, Log, Roster } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import type { ProxyTrust } from "../addresses/trusted-proxies.ts";
import type { CallMeters } from "../figures/meter.ts";
import type { Call } from "./call.ts";

/** Takes finished records. Never blocks, never throws. `trace_is_id`: the trace began with the call, so that its ids are the record's. */
export type RecordSink = { write(record: CallRecord, trace_is_id?: boolean): void };

export type Worker = {
  /** Name of this worker in records. */
  node: string;
  clock: Clock;
  ids: IdSource;
  records: RecordSink;
  log: Log;
  running: Roster<Call>;
  /** Counts every call. */
  meters: CallMeters;
  /** Proxies before the gateway whose word on who the client is counts. Undefined: nobody's. */
  trusts?: ProxyTrust | undefined;
  /** More than these at once are refused. */
  calls_max: number;
};
