// The key that everything else is derived from: given by the environment, or made once beside the data.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "@holdfast/control";

/** Rejects with a sentence for the operator when the file is there but is not a key: making a new one would orphan data. */
export async function masterKey(given: Uint8Array | undefined, data_dir: string): Promise<Uint8Array> {
  if (given) return given;
  const path = join(data_dir, "master.key");
  if (!existsSync(path)) await writeAtomically(path, `${randomBytes(32).toString("base64")}\n`);
  await chmod(path, 0o600);
  const key = Buffer.from((await readFile(path, "utf8")).trim(), "base64");
  if (key.length !== 32) throw new Error(`${path} does not hold 32 bytes in base64: restore it from a backup`);
  return key;
}
