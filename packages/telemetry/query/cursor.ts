// A place in a list of calls as a text that clients hand back unread.
import { isId, Problem } from "@holdfast/base";
import type { Place } from "./tree.ts";

export function writeCursor({ at, id }: Place): string {
  return Buffer.from(`${at}.${id}`).toString("base64url");
}

/** Problem("invalid_input") for anything that writeCursor did not write. */
export function parseCursor(cursor: string): Place {
  const match = /^(\d{1,16})\.(.+)$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  const place = { at: Number(match?.[1]), id: match?.[2] ?? "" };
  if (match && isId(place.id) && writeCursor(place) === cursor) return place;
  throw new Problem("invalid_input", {
    detail: "The cursor is not one that a page has returned.",
    errors: [{ path: "cursor", message: "use `next` of the page before, unchanged" }],
  });
}
