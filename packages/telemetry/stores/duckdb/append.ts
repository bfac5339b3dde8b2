// Writes a batch: records, captures, positions and losses in one transaction, so that a record is in the store exactly when the
// position says so.
import { type DuckDBAppender, type DuckDBConnection, DuckDBUUIDValue } from "@duckdb/node-api";
import type { Batch } from "../../store.ts";
import { COLUMNS, type Value } from "./schema.ts";

/** Rejects when nothing was written. */
export async function appendBatch(connection: DuckDBConnection, batch: Batch): Promise<void> {
  await connection.run("BEGIN");
  try {
    await appendRecords(connection, batch);
    await savePositions(connection, batch);
    for (const { node, segment, records } of batch.losses)
      await connection.run("INSERT INTO losses VALUES ($1, $2, $3)", [node, segment, records]);
    await connection.run("COMMIT");
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

async function appendRecords(connection: DuckDBConnection, { records }: Batch): Promise<void> {
  if (records.length === 0) return;
  const calls = await connection.createAppender("calls");
  for (const record of records) {
    for (const { type, of } of COLUMNS) appendValue(calls, type, of(record));
    calls.endRow();
  }
  calls.closeSync();
  const captured = records.filter(({ capture }) => capture !== null);
  if (captured.length === 0) return;
  const captures = await connection.createAppender("captures");
  for (const { id, at, workspace, capture } of captured) {
    appendValue(captures, "UUID", id);
    appendValue(captures, "BIGINT", at);
    appendValue(captures, "VARCHAR", workspace);
    appendValue(captures, "VARCHAR", JSON.stringify(capture));
    captures.endRow();
  }
  captures.closeSync();
}

function appendValue(appender: DuckDBAppender, type: (typeof COLUMNS)[number]["type"], value: Value): void {
  if (value === null) appender.appendNull();
  else if (type === "UUID") appender.appendUUID(uuidOf(value as string));
  else if (type === "VARCHAR") appender.appendVarchar(value as string);
  else if (type === "BIGINT") appender.appendBigInt(BigInt(value as number));
  else appender.appendBoolean(value as boolean);
}

function uuidOf(id: string): DuckDBUUIDValue {
  return DuckDBUUIDValue.fromUint128(BigInt(`0x${id.replaceAll("-", "")}`));
}

/** In place: rows that are deleted and written anew several times a second would pile up in the file. */
async function savePositions(connection: DuckDBConnection, { positions }: Batch): Promise<void> {
  for (const { node, segment, offset } of positions) {
    const values = [node, segment, offset];
    const updated = await connection.run("UPDATE positions SET segment = $2, place = $3 WHERE node = $1", values);
    if (updated.rowsChanged === 0) await connection.run("INSERT INTO positions VALUES ($1, $2, $3)", values);
  }
}

async function rollBack(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run("ROLLBACK");
  } catch {
    // After some errors DuckDB has ended the transaction by itself; the error that led here is the one to tell.
  }
}
