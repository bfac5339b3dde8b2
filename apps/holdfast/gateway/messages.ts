// What the main thread and a gateway worker say to each other. Plain data: everything is cloned on its way.
import type { GatewayFigures, Plan, UpstreamReport } from "@holdfast/contract";
import type { GatewayTls, LimitBuffers, Purge, TransportName, TrustedProxies } from "@holdfast/gateway";
import type { LogLevel } from "../log.ts";
import type { PlanParts } from "./plan-parts.ts";

/** Handed to a worker when it is born. */
export type WorkerStart = {
  node: string;
  host: string;
  port: number;
  plan: Plan;
  spool_dir: string;
  /** What all workers of this process count limits in; with Redis, while Redis does not answer. */
  limits: LimitBuffers;
  /** Which of the threads this is, from 0, and how many there are. */
  thread: number;
  workers: number;
  redis_url: string | undefined;
  /** Undefined: nobody is believed. */
  trusted_proxies: TrustedProxies | undefined;
  /** It calls itself before it serves (`warmUp`). */
  warm_up: boolean;
  /** Undefined: the default of the gateway. */
  transport: TransportName | undefined;
  tls: GatewayTls | undefined;
};

export type ToWorker =
  | { kind: "plan"; number: number; parts: PlanParts }
  | { kind: "shut" }
  | { kind: "drain"; within_ms: number }
  | { kind: "upstreams" }
  | { kind: "figures" }
  /** `question` comes back with the answer. */
  | { kind: "purge"; question: number; purges: readonly Purge[] };

export type FromWorker =
  | { kind: "serving"; port: number }
  | { kind: "running"; plan: number }
  /** It cannot run the plan, and goes on with what it has. */
  | { kind: "refused"; plan: number; message: string }
  | { kind: "shut" }
  | { kind: "drained" }
  /** The answer to a question of the same name. */
  | { kind: "upstreams"; upstreams: UpstreamReport[] }
  | { kind: "figures"; figures: GatewayFigures }
  | { kind: "purged"; question: number; answers: number }
  /** A call of this worker cleared something out of its cache: the others have to do the same, also those of other nodes. */
  | { kind: "purge"; purge: Purge }
  | { kind: "failed"; message: string }
  /** Records lost since the worker began, because the spool was full or could not be written; whether limits are counted where they should be. */
  | { kind: "stats"; records_dropped: number; limits_local: boolean }
  | { kind: "log"; level: LogLevel; fields: Record<string, unknown>; message: string };
