// What the main thread and a gateway worker say to each other. Plain data: everything is cloned on its way.

import type { Plan } from "@holdfast/contract";
import type { TransportName } from "@holdfast/gateway";
import type { LogLevel } from "../log.ts";

/** Handed to a worker when it is born. */
export type WorkerStart = {
  node: string;
  host: string;
  port: number;
  plan: Plan;
  spool_dir: string;
  /** Limit counters that all workers share; undefined when Redis has them. */
  counters: SharedArrayBuffer | undefined;
  redis_url: string | undefined;
  /** Undefined: the default of the gateway. */
  transport: TransportName | undefined;
};

export type ToWorker = { kind: "plan"; plan: Plan } | { kind: "drain"; within_ms: number };

export type FromWorker =
  | { kind: "serving"; port: number }
  | { kind: "running"; plan: number }
  | { kind: "drained" }
  | { kind: "failed"; message: string }
  /** Records lost since the worker began, because the spool was full or could not be written. */
  | { kind: "stats"; records_dropped: number }
  | { kind: "log"; level: LogLevel; fields: Record<string, unknown>; message: string };
