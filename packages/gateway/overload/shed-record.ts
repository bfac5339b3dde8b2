// The record of a call that was refused for overload: nothing was read of it but its first line.
import { PROBLEMS } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import type { Worker } from "../pipeline/worker.ts";
import { brokenRecord } from "../record/broken-record.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Exchange } from "../transport/listener.ts";

const { status } = PROBLEMS.overloaded;

export function shedRecord(
  { exchange, detail }: { exchange: Exchange; detail: string },
  { clock, ids, node }: Worker,
  { number, home }: Runtime,
): CallRecord {
  const { method, protocol, remote_address } = exchange;
  const known = { id: ids(), workspace: home, at: clock.now(), node, plan: number, status };
  const record = brokenRecord({ code: "overloaded", detail, remote_address }, known);
  return { ...record, method, protocol, error_origin: "gateway" };
}
