// Writes a new extension into a tree of sources: its folder from a template, and its line in each list.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Edit, Kind } from "./kinds.ts";
import { fill, type Spellings } from "./names.ts";

const templates = join(import.meta.dirname, "templates");

/**
 * Reads and checks everything before it writes anything: it is done whole or not at all.
 * @returns the files written, relative to `root`
 * @throws when the folder is there already, or a list has lost the place that the edit looks for
 */
export function scaffold(root: string, kindName: string, kind: Kind, name: Spellings): string[] {
  const texts = new Map([...newFiles(root, kindName, kind, name), ...editedFiles(root, kind, name)]);
  for (const [path, text] of texts) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...texts.keys()];
}

function newFiles(root: string, kindName: string, { folder }: Kind, name: Spellings): [string, string][] {
  if (folder === undefined) return [];
  const place = `${folder}/${name.kebab}`;
  if (existsSync(join(root, place))) throw new Error(`${place} is there already`);
  const from = join(templates, kindName);
  return readdirSync(from).map((file) => {
    const text = fill(readFileSync(join(from, file), "utf8"), name);
    return [`${place}/${file.replace(/\.txt$/, "")}`, text];
  });
}

function editedFiles(root: string, { edits }: Kind, name: Spellings): Map<string, string> {
  const texts = new Map<string, string>();
  for (const edit of edits) {
    const text = texts.get(edit.file) ?? readFileSync(join(root, edit.file), "utf8");
    texts.set(edit.file, applyEdit(text, edit, name));
  }
  return texts;
}

function applyEdit(text: string, edit: Edit, name: Spellings): string {
  const behind = "addImport" in edit ? lastImport : edit.behind;
  const found = behind.exec(text);
  if (!found) throw new Error(`${edit.file} has no place like ${behind} any more: see tools/new/kinds.ts`);
  const at = found.index + found[0].length;
  const insert = "addImport" in edit ? `${edit.addImport}\n` : edit.insert;
  return text.slice(0, at) + fill(insert, name) + text.slice(at);
}

/** From the start of the file to the end of its last line that belongs to an import. */
const lastImport = /^[\s\S]*^(?:import .*|\} from ".*";)\n/m;
