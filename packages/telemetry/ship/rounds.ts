// One round of shipping: everything whole in the spool goes into the store, in order and exactly once, because records are
// saved together with the position after them.
import { LIMITS, type WorkspaceName } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import type { Position } from "../spool/budget.ts";
import { decodeRecords } from "../spool/decode.ts";
import { readSegment } from "../spool/reader.ts";
import type { Loss, TelemetryStore } from "../store.ts";
import { findUnshipped, type Unshipped } from "./unshipped.ts";

/** Counted when they are in the store, from the start of this process. */
export type Shipped = {
  records: number;
  /** Records of frames that are not what their writer meant. */
  unreadable: number;
  /** Bytes of frames that a crash left unfinished. */
  torn_bytes: number;
};

export type Rounds = {
  /** Rejects when the store refuses; the next round begins where this one stopped. */
  ship(): Promise<void>;
  /** Up to where each node is in the store. */
  positions(): ReadonlyMap<string, Position>;
  shipped(): Shipped;
  /** Bytes that were found waiting and are not in the store yet. */
  lag_bytes(): number;
  /** Goes into the store with the next transaction. */
  noteLoss(loss: Loss): void;
};

export type RoundsOptions = {
  dir: string;
  store: TelemetryStore;
  on_rows: (workspaces: Set<WorkspaceName>) => void;
  /** Records that are in the store now, each once while this process lives. */
  on_stored?: ((records: readonly CallRecord[]) => void) | undefined;
};

type Gathered = Shipped & { list: CallRecord[]; positions: Map<string, Position> };

export async function createRounds({ dir, store, on_rows, on_stored }: RoundsOptions): Promise<Rounds> {
  const saved = new Map((await store.positions()).map((position) => [position.node, position]));
  const total: Shipped = { records: 0, unreadable: 0, torn_bytes: 0 };
  let losses: Loss[] = [];
  let lag_bytes = 0;

  async function commit(gathered: Gathered): Promise<void> {
    const committed_losses = losses;
    if (gathered.positions.size === 0 && committed_losses.length === 0) return;
    const positions = [...gathered.positions.values()];
    await store.append({ records: gathered.list, positions, losses: committed_losses });
    losses = losses.slice(committed_losses.length);
    for (const position of positions) saved.set(position.node, position);
    total.records += gathered.list.length;
    total.unreadable += gathered.unreadable;
    total.torn_bytes += gathered.torn_bytes;
    const workspaces = new Set(gathered.list.map(({ workspace }) => workspace).filter((name) => name !== ""));
    if (workspaces.size > 0) on_rows(workspaces);
    on_stored?.(gathered.list);
  }

  async function shipSegment(segment: Unshipped, before: Gathered): Promise<Gathered> {
    let gathered = before;
    const { node, sequence, next } = segment;
    const read = await readSegment(dir, segment, segment.offset);
    for (const { payload, end } of read?.frames ?? []) {
      const { records, unreadable } = decodeRecords(payload, read?.format);
      gathered.list.push(...records);
      gathered.unreadable += unreadable;
      gathered.positions.set(node, { node, segment: sequence, offset: end });
      if (gathered.list.length < LIMITS.telemetry_batch_records_max) continue;
      await commit(gathered);
      gathered = nothing();
    }
    if (next === undefined) return gathered;
    gathered.torn_bytes += read?.rest_bytes ?? 0;
    gathered.positions.set(node, { node, segment: next, offset: 0 });
    return gathered;
  }

  return {
    async ship() {
      const unshipped = await findUnshipped(dir, saved);
      lag_bytes = unshipped.reduce((sum, { bytes, offset }) => sum + Math.max(bytes - offset, 0), 0);
      let gathered = nothing();
      for (const segment of unshipped) gathered = await shipSegment(segment, gathered);
      await commit(gathered);
      lag_bytes = 0;
    },
    positions: () => saved,
    shipped: () => ({ ...total }),
    lag_bytes: () => lag_bytes,
    noteLoss: (loss) => void losses.push(loss),
  };
}

function nothing(): Gathered {
  return { list: [], records: 0, unreadable: 0, torn_bytes: 0, positions: new Map() };
}
