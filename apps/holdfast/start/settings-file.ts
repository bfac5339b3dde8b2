// Which settings file governs, and its text at start.
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { CannotStart } from "./ports.ts";

export type FoundFile = { path: string; name: string; text: string };

const DEFAULT_NAME = "holdfast.yaml";

export function settingsPath(named: string | undefined): string {
  return resolve(named ?? DEFAULT_NAME);
}

/** A file that was named must be there; the default one need not. */
export async function findSettingsFile(named: string | undefined): Promise<FoundFile | undefined> {
  const path = settingsPath(named);
  try {
    return { path, name: basename(path), text: await readFile(path, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (named === undefined && code === "ENOENT") return undefined;
    throw new CannotStart(`the settings file ${path} cannot be read (${code})`);
  }
}
