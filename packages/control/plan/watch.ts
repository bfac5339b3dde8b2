// Watches one settings file and hands over its text when it changed. Watches the folder rather than the file, because editors
// and configuration tools replace files; polls beside it, because not every file system reports changes.
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Cancel, Clock, Log } from "@holdfast/base";

export type WatchOptions = {
  path: string;
  /** What was applied last; a change back to it is still a change. */
  text: string | undefined;
  clock: Clock;
  log: Log;
  on_change: (text: string) => Promise<void>;
};

/** A save is often several writes; this long without another one, and it is over. */
const QUIET_MS = 100;
const POLL_MS = 2_000;

export function watchSettings(options: WatchOptions): Cancel {
  const { clock, log } = options;
  let applied = options.text;
  let pending: Cancel | undefined;
  let stopped = false;
  let reading = Promise.resolve();

  async function readNow(): Promise<void> {
    const text = await readFile(options.path, "utf8");
    if (text === applied || stopped) return;
    applied = text;
    await options.on_change(text);
  }

  /** One after the other: a slow apply must not be overtaken by the next. */
  function look(): void {
    reading = reading.then(readNow).catch((error: NodeJS.ErrnoException) => {
      // Gone in the moment between two writes of an editor, or for good: either way the old settings stay.
      if (error.code !== "ENOENT") log.warn({ error: error.message }, "the settings file could not be read");
    });
  }

  function lookSoon(): void {
    pending?.();
    pending = clock.after(QUIET_MS, look);
  }

  const watcher = watchFolder(options, lookSoon);
  const stop_polling = clock.every(POLL_MS, look);
  return () => {
    stopped = true;
    pending?.();
    stop_polling();
    watcher?.close();
  };
}

function watchFolder({ path, log }: WatchOptions, changed: () => void): FSWatcher | undefined {
  const name = basename(path);
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, file) => {
      if (file === null || file === name) changed();
    });
    watcher.on("error", (error) =>
      log.warn({ error: error.message }, "watching the settings folder failed; polling it"),
    );
    return watcher;
  } catch (error) {
    log.warn({ error: (error as Error).message }, "the settings folder cannot be watched; polling it");
    return undefined;
  }
}
