// One process per data folder. The lock is an open exclusive transaction on a tiny SQLite file: the operating system holds it
// for us and lets go when the process ends, however it ends, so no lock is ever left over.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

const SQLITE_BUSY = 5;

/** Takes the lock beside the database file. Throws an error that names the folder and the holder. */
export function lockDatabase(file: string): { release(): void } {
  const pid_file = `${file}.pid`;
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec("pragma journal_mode = delete; begin exclusive");
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new Error(heldMessage(dirname(file), holderOf(pid_file))) : error;
  }
  writeFileSync(pid_file, `${process.pid}\n`);
  return { release: () => lock.close() };
}

function heldMessage(folder: string, holder: string): string {
  return (
    `The data folder ${folder} is in use by ${holder}. ` +
    "Stop that Holdfast first, or give this one a data folder of its own."
  );
}

/** The pid is a hint for people; only the lock itself decides. */
function holderOf(pid_file: string): string {
  try {
    return `process ${readFileSync(pid_file, "utf8").trim()}`;
  } catch {
    return "another process"; // it took the lock a moment ago and has not written its pid yet
  }
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_BUSY;
}
