// Processes that gave up the data of this folder and go on with calls, one file each, until they end: whoever serves in their place has to
// tell them, and must not call its records by a name of theirs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processMark, runningProcess } from "@holdfast/storage";

export type StillServing = { pid: number; node: string };

/** This process is one of them from now on. What it gives takes that back. */
export function noteHandedOver(data_dir: string, node: string): () => void {
  const file = join(folderOf(data_dir), String(process.pid));
  mkdirSync(folderOf(data_dir), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${processMark(process.pid)}\n${node}\n`);
  return () => rmSync(file, { force: true });
}

/** Those that run. What others left behind is removed. */
export function stillServing(data_dir: string): StillServing[] {
  return namesIn(folderOf(data_dir)).flatMap((name) => {
    const file = join(folderOf(data_dir), name);
    const [mark = "", node = ""] = textOf(file).split("\n");
    const pid = runningProcess(mark);
    if (pid === undefined) rmSync(file, { force: true });
    return pid === undefined || pid === process.pid ? [] : [{ pid, node }];
  });
}

function folderOf(data_dir: string): string {
  return join(data_dir, "handed-over");
}

function namesIn(folder: string): string[] {
  return unlessMissing(() => readdirSync(folder)) ?? [];
}

/** Empty: it has ended meanwhile. */
function textOf(file: string): string {
  return unlessMissing(() => readFileSync(file, "utf8")) ?? "";
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
