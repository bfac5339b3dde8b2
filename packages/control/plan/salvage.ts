// What can still be read of a document that does not fit the schema, so that the problems between its objects are told together with
// those inside them. What is broken is left out, as little as will do; nothing of it is ever put into force. Pure.
import { Settings } from "@holdfast/contract";
import type { z } from "zod";
import type { SettingsPath } from "./json-schema.ts";
import { LeftOut } from "./left-out.ts";

export type Salvaged = { settings: Settings; left_out: LeftOut };

/** In place of what is needed and is not there: with it, the rest of the object can be looked at. */
const STAND_INS: Record<string, unknown> = {
  holdfast: 1,
  access: "public",
  match: { path: "/" },
  window: { from: "2000-01-01T00:00Z", until: "2000-01-02T00:00Z" },
};
/** Each round leaves something out, and no document is deeper. */
const ROUNDS_MAX = 50;

/** Undefined when nothing can be made of it. */
export function salvage(document: unknown): Salvaged | undefined {
  const rest: unknown = structuredClone(document);
  const left_out = new LeftOut();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const parsed = Settings.safeParse(rest);
    if (parsed.success) return { settings: parsed.data, left_out };
    for (const issue of parsed.error.issues) leaveOut(rest, issue, left_out);
  }
  return undefined;
}

function leaveOut(rest: unknown, issue: z.core.$ZodIssue, left_out: LeftOut): void {
  const path = issue.path as SettingsPath;
  if (issue.code === "unrecognized_keys") for (const key of issue.keys) remove(rest, [...path, key], left_out);
  else remove(rest, path, left_out);
}

/** Lists are left out whole: their members have no names. What is not there takes its parent along. */
function remove(rest: unknown, path: SettingsPath, left_out: LeftOut): void {
  const in_list = path.findIndex((step) => typeof step === "number");
  const at = in_list < 0 ? path : path.slice(0, in_list);
  const key = at.at(-1);
  const parent = valueAt(rest, at.slice(0, -1));
  if (key === undefined || parent === undefined) return;
  left_out.addPlace(at);
  if (Object.hasOwn(parent, key)) {
    if (at.length === 1) noteSection(String(key), parent[key], left_out);
    delete parent[key];
    if (at.length === 2 || at.at(-2) === "releases") left_out.names.add(String(key));
  } else if (Object.hasOwn(STAND_INS, key)) parent[key] = STAND_INS[key];
  else remove(rest, at.slice(0, -1), left_out);
}

/** A section whose own name is wrong still says what would be in it. */
function noteSection(key: string, section: unknown, left_out: LeftOut): void {
  if (!isObject(section) || Array.isArray(section)) left_out.sections ||= Object.hasOwn(Settings.shape, key);
  else for (const [name, object] of Object.entries(section)) noteNames(name, object, left_out);
}

function noteNames(name: string, object: unknown, { names }: LeftOut): void {
  names.add(name);
  if (isObject(object) && isObject(object.releases))
    for (const release of Object.keys(object.releases)) names.add(release);
}

function valueAt(value: unknown, path: SettingsPath): Record<string | number, unknown> | undefined {
  let at = value;
  for (const step of path) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return isObject(at) ? at : undefined;
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
