// A small file that is whole after any crash: the old content or the new one, never half of either.
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** The content is on disk before it takes the name, and the name is on disk when this resolves. Readable by its owner only. */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
