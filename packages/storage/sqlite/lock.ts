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
    throw isBusy(error) ? new Held(dirname(file), pidIn(pid_file)) : error;
  }
  writeFileSync(pid_file, `${process.pid}\n`);
  return { release: () => lock.close() };
}

/** The process that has the lock; undefined: nobody has, or nobody says. Only while it is held does the pid beside it mean anybody. */
export function lockHolder(file: string): { held: boolean; pid: number | undefined } {
  try {
    lockDatabase(file).release();
    return { held: false, pid: undefined };
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    return { held: true, pid: error.pid };
  }
}

class Held extends Error {
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined) {
    super(heldMessage(folder, pid));
    this.pid = pid;
  }
}

function heldMessage(folder: string, pid: number | undefined): string {
  return (
    `The data folder ${folder} is in use by ${pid === undefined ? "another process" : `process ${pid}`}. ` +
    "Stop that Holdfast first, or give this one a data folder of its own."
  );
}

/** Undefined: it took the lock a moment ago and has not written its pid yet. */
function pidIn(pid_file: string): number | undefined {
  try {
    const pid = Number(readFileSync(pid_file, "utf8").trim());
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_BUSY;
}
