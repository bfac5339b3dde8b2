// The embedded store of calls: one DuckDB file that this process alone has open.
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Clock, LIMITS } from "@holdfast/base";
import { type Rendered, renderMeasures, renderRecords } from "../../query/duckdb.ts";
import type { MeasuredRow } from "../../query/tree.ts";
import type { Position } from "../../spool/budget.ts";
import type { TelemetryStore } from "../../store.ts";
import { appendBatch } from "./append.ts";
import { type FileOptions, openFile } from "./file.ts";
import { COLUMN_NAMES, parseCapture, recordOf, type Value } from "./schema.ts";

export async function openDuckDbStore(options: FileOptions): Promise<TelemetryStore> {
  const instance = await openFile(options);
  const writing = await instance.connect();
  const ask = (question: Rendered): Promise<Record<string, Value>[]> => askOn(instance, options.clock, question);

  return {
    async positions() {
      const rows = await ask({ sql: 'SELECT node, segment, place AS "offset" FROM positions', values: [] });
      return rows as Position[];
    },
    append: (batch) => appendBatch(writing, batch),
    async lost() {
      const [row] = await ask({ sql: "SELECT coalesce(sum(records), 0)::BIGINT AS lost FROM losses", values: [] });
      return row?.lost as number;
    },
    async record(workspace, id) {
      const where = "WHERE workspace = $1 AND id = $2::UUID";
      const values = [workspace, id];
      const [row] = await ask({ sql: `SELECT ${COLUMN_NAMES} FROM calls ${where} LIMIT 1`, values });
      if (!row) return undefined;
      const [captured] = await ask({ sql: `SELECT capture FROM captures ${where} LIMIT 1`, values });
      return { ...recordOf(row), capture: captured ? parseCapture(captured.capture as string) : null };
    },
    records: async (query) => (await ask(renderRecords(query, COLUMN_NAMES))).map(recordOf),
    measures: async (query) => (await ask(renderMeasures(query))) as MeasuredRow[],
    async close() {
      // Leaves no log behind, so that the next start opens the file at once.
      await writing.run("CHECKPOINT");
      writing.closeSync();
      instance.closeSync();
    },
  };
}

/** Each question has a connection of its own, so that none waits for another, and is interrupted when nobody waits any more. */
async function askOn(
  instance: DuckDBInstance,
  clock: Clock,
  { sql, values }: Rendered,
): Promise<Record<string, Value>[]> {
  const connection: DuckDBConnection = await instance.connect();
  const cancel = clock.after(LIMITS.telemetry_answer_ms, () => connection.interrupt());
  try {
    const rows = await (await connection.run(sql, values)).getRowObjectsJS();
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
  } finally {
    cancel();
    connection.closeSync();
  }
}

/** All whole numbers of a record are safe integers, by its schema; sums of nano dollars stay below nine million dollars. */
function plain(value: unknown): Value {
  return typeof value === "bigint" ? Number(value) : (value as Value);
}
