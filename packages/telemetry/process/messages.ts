// What parent and child say to each other. Everything is plain JSON.
import type { ProblemCode, ProblemDetails, WorkspaceName } from "@holdfast/base";
import type { CallStore } from "@holdfast/contract";
import type { ShipperStatus } from "../ship/shipper.ts";

/** What the child is started with, as its one argument. */
export type ChildOptions = { dir: string; spool_dir: string };

/** What the child answers: the questions about calls, and the wish that all be queryable. */
export type ChildMethods = CallStore & { flush(): Promise<void> };

export type Ask = {
  [Method in keyof ChildMethods]: { kind: "ask"; id: number; method: Method; args: Parameters<ChildMethods[Method]> };
}[keyof ChildMethods];

export type Answer = { kind: "answer"; id: number } & (
  | { ok: true; value: unknown }
  | { ok: false; problem: { code: ProblemCode; details: ProblemDetails } }
);

export type ToChild = Ask | { kind: "close" };

export type FromChild =
  | Answer
  | { kind: "ready" }
  | { kind: "rows"; workspaces: WorkspaceName[] }
  | { kind: "status"; status: ShipperStatus }
  | { kind: "log"; level: "debug" | "info" | "warn" | "error"; fields: Record<string, unknown>; message: string };
