// Opens the SQLite file of an installation: makes its folder, locks it, and sets it to survive a power cut.
import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "@holdfast/base";
import { Kysely } from "kysely";
import type { Database } from "../database.ts";
import { sqliteDialect } from "./dialect.ts";
import { lockDatabase } from "./lock.ts";

/**
 * `place` is a folder, a file that ends in .sqlite or .db, or `:memory:`.
 * Write-ahead log with synchronous=FULL: a commit returns after its log is on the disk.
 */
export function openSqlite(place: string): { db: Kysely<Database>; close(): Promise<void> } {
  if (place === ":memory:") return opened(openFile(place), () => undefined);
  const file = sqliteFile(place);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = lockDatabase(file);
  try {
    const database = openFile(file);
    // Password hashes are in it; SQLite gives its write-ahead log the mode of the file.
    chmodSync(file, 0o600);
    return opened(database, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function opened(database: DatabaseSync, release: () => void): { db: Kysely<Database>; close(): Promise<void> } {
  const db = new Kysely<Database>({ dialect: sqliteDialect(database) });
  return {
    db,
    close: async () => {
      await db.destroy();
      // Kysely closes only what it has used.
      if (database.isOpen) database.close();
      release();
    },
  };
}

/** Where the database of a place is; its lock is beside it. */
export function sqliteFile(place: string): string {
  return resolve(/\.(sqlite|db)$/.test(place) ? place : join(place, "holdfast.sqlite"));
}

function openFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: LIMITS.sqlite_busy_ms, enableForeignKeyConstraints: true });
  database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off");
  return database;
}
