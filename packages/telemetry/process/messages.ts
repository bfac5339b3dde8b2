// What parent and child say to each other. Everything is plain JSON.
import type { ProblemCode, ProblemDetails, WorkspaceName } from "@holdfast/base";
import type { CallStore } from "@holdfast/contract";
import type { CollectorOptions } from "../otlp/collector.ts";
import type { ExporterStatus } from "../otlp/exporter.ts";
import type { ShipperStatus } from "../ship/shipper.ts";

/** Where calls are exported to as spans, and which Holdfast says so. */
export type ExportOptions = CollectorOptions & { version: string };

/** What the child is started with. It comes as the first message: arguments are visible to everyone on the machine. */
export type ChildOptions = { dir: string; spool_dir: string; otlp?: ExportOptions | undefined };

/** What the child answers: the questions about calls, and the wish that all be queryable. */
export type ChildMethods = CallStore & { flush(): Promise<void> };

export type Ask = {
  [Method in keyof ChildMethods]: { kind: "ask"; id: number; method: Method; args: Parameters<ChildMethods[Method]> };
}[keyof ChildMethods];

export type Answer = { kind: "answer"; id: number } & (
  | { ok: true; value: unknown }
  | { ok: false; problem: { code: ProblemCode; details: ProblemDetails } }
);

export type ToChild = { kind: "begin"; options: ChildOptions } | Ask | { kind: "close" };

export type FromChild =
  | Answer
  | { kind: "ready" }
  | { kind: "rows"; workspaces: WorkspaceName[] }
  /** `spans` is missing where none are exported. */
  | { kind: "status"; status: ShipperStatus; spans?: ExporterStatus | undefined }
  | { kind: "log"; level: "debug" | "info" | "warn" | "error"; fields: Record<string, unknown>; message: string };
