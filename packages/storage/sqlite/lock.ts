// One process per data folder. The lock is an open exclusive transaction on a tiny SQLite file: the operating system holds it
// for us and lets go when the process ends, however it ends, so no lock is ever left over.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { processMark, runningProcess } from "./process-mark.ts";

const SQLITE_BUSY = 5;
/** Somebody may look whether it is free. */
const PATIENCE_MS = 200;

/** Takes the lock beside the database file. Throws an error that names the folder and the holder. */
export function lockDatabase(file: string): { release(): void } {
  const lock = tryLock(file, PATIENCE_MS);
  if (!lock) throw new Error(heldMessage(dirname(file), holderIn(file)));
  writeFileSync(pidFile(file), `${processMark(process.pid)}\n`);
  return {
    release() {
      rmSync(pidFile(file), { force: true });
      lock.close();
    },
  };
}

/** Whether somebody has the lock, and which other process that is; without `pid` nobody can be told, because it may be any. */
export function lockHolder(file: string): { held: boolean; pid: number | undefined } {
  const lock = tryLock(file, 0);
  lock?.close();
  if (lock) return { held: false, pid: undefined };
  const pid = holderIn(file);
  return { held: true, pid: pid === process.pid ? undefined : pid };
}

function tryLock(file: string, timeout: number): DatabaseSync | undefined {
  const lock = new DatabaseSync(`${file}.lock`, { timeout });
  try {
    lock.exec("pragma journal_mode = delete; begin exclusive");
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function heldMessage(folder: string, pid: number | undefined): string {
  return (
    `The data folder ${folder} is in use by ${pid === undefined ? "another process" : `process ${pid}`}. ` +
    "Stop that Holdfast first, or give this one a data folder of its own."
  );
}

const pidFile = (file: string): string => `${file}.pid`;

/** Only the lock itself decides: the file beside it may be of one that was killed, or not be written yet. */
function holderIn(file: string): number | undefined {
  try {
    return runningProcess(readFileSync(pidFile(file), "utf8").trim());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_BUSY;
}
