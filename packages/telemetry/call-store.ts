// Answers the product's questions about calls (the port CallStore of the contract) from any telemetry store.
import { isId } from "@holdfast/base";
import type { CallFilter, CallStore, MeasureRow } from "@holdfast/contract";
import { readCallers } from "./query/callers.ts";
import { parseCursor, writeCursor } from "./query/cursor.ts";
import { readShadows } from "./query/shadows.ts";
import { type Condition, type Dimension, MEASURES, type MeasuredRow } from "./query/tree.ts";
import type { TelemetryStore } from "./store.ts";

export function createCallStore(store: TelemetryStore): CallStore {
  return {
    call: async (workspace, id) => (isId(id) ? store.record(workspace, id) : undefined),
    async calls(workspace, filter, page) {
      const after = page.cursor === undefined ? undefined : parseCursor(page.cursor);
      const found = await store.records({ workspace, where: conditionsOf(filter), after, most: page.limit + 1 });
      const items = found.slice(0, page.limit);
      const last = items.at(-1);
      return { items, next: found.length > items.length && last ? writeCursor(last) : null };
    },
    async measures(workspace, { from, until, step_ms, subject }) {
      const by: Dimension[] = [{ kind: "subject" }, { kind: "release" }];
      if (step_ms !== undefined) by.unshift({ kind: "step", step_ms });
      const where: Condition[] = [
        { kind: "present", field: "subject" },
        { kind: "mirrored", value: false },
        { kind: "from", at: from },
        { kind: "until", at: until },
      ];
      if (subject !== undefined) where.push({ kind: "equals", field: "subject", value: subject });
      const rows = await store.measures({ workspace, where, select: MEASURES, by });
      return rows.map((row) => measureRow(row, from));
    },
    shadows: (workspace, window) => readShadows(store, workspace, window),
    callers: (workspace, window) => readCallers(store, workspace, window),
  };
}

function conditionsOf(filter: CallFilter): Condition[] {
  const { subject, release, consumer, failed, status, from, until } = filter;
  const where: Condition[] = [{ kind: "mirrored", value: filter.mirrored ?? false }];
  if (subject !== undefined) where.push({ kind: "equals", field: "subject", value: subject });
  if (release !== undefined) where.push({ kind: "equals", field: "release", value: release });
  if (consumer !== undefined) where.push({ kind: "equals", field: "consumer", value: consumer });
  if (status !== undefined) where.push({ kind: "equals", field: "status", value: status });
  if (failed !== undefined) where.push({ kind: "failed", value: failed });
  if (from !== undefined) where.push({ kind: "from", at: from });
  if (until !== undefined) where.push({ kind: "until", at: until });
  return where;
}

/** A row of a whole window stands at the window's beginning. */
function measureRow({ subject, release, step, ...measured }: MeasuredRow, from: number): MeasureRow {
  const at = step === undefined ? from : step;
  return { subject, release, at, ...measured } as MeasureRow;
}
