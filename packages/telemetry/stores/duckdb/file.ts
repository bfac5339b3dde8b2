// Opens the DuckDB file, or begins a new one when it is damaged: everything in it can be read again from the spool.
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import { FORMAT, TABLES } from "./schema.ts";

const NAME = `calls.v${FORMAT}.duckdb`;

/** DuckDB's words for a file that is whole but cannot be had now. Moving it aside would cost data and help nothing. */
const NOT_DAMAGED = /lock|permission|no space|too many open files|out of memory|read-only file system/i;

export type FileOptions = { dir: string; clock: Clock; log: Log };

/** Rejects when the file cannot be had now, for instance because another process has it. */
export async function openFile({ dir, clock, log }: FileOptions): Promise<DuckDBInstance> {
  await mkdir(dir, { recursive: true });
  try {
    return await openAndLook(dir);
  } catch (error) {
    if (NOT_DAMAGED.test(String(error))) throw error;
    const aside = `${NAME}.damaged-${clock.now()}`;
    await moveAside(dir, aside);
    log.error(
      { error: String(error), moved_to: aside },
      "the store of calls is damaged and is built again from the spool",
    );
    return openAndLook(dir);
  }
}

async function openAndLook(dir: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(join(dir, NAME), {
    memory_limit: `${LIMITS.telemetry_memory_bytes_max / 1024 ** 2}MiB`,
    threads: String(LIMITS.telemetry_threads_max),
    temp_directory: join(dir, "spill"),
    max_temp_directory_size: "2GiB",
    // Nothing is fetched, and no question can reach another file, whatever becomes of a query.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    enable_external_access: "false",
  });
  try {
    const connection = await instance.connect();
    for (const table of TABLES) await connection.run(table);
    await connection.run("SELECT * FROM positions");
    await connection.run("SET lock_configuration = true");
    connection.closeSync();
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** Keeps one damaged file for whoever wants to look into it, not a growing pile. */
async function moveAside(dir: string, aside: string): Promise<void> {
  const names = await readdir(dir);
  for (const name of names.filter((each) => each.startsWith(`${NAME}.damaged-`))) await rm(join(dir, name));
  for (const suffix of ["", ".wal"]) {
    if (names.includes(NAME + suffix)) await rename(join(dir, NAME + suffix), join(dir, aside + suffix));
  }
}
