// Pages, newest first, by key: a page goes on after the last row that was shown, so rows that arrive meanwhile neither shift
// nor repeat it. Cursors are opaque to clients.
import { type Id, type Instant, LIMITS, Problem } from "@holdfast/base";
import type { Page, PageQuery } from "@holdfast/contract";
import { type RawBuilder, type SqlBool, sql } from "kysely";

type Position = { at: Instant; id: Id };

/** The condition for rows after the page's cursor, on a column of time and a column of ids. Throws Problem("invalid_input"). */
export function olderThan(page: PageQuery, at: string, id: string): RawBuilder<SqlBool> {
  if (page.cursor === undefined) return sql<SqlBool>`1 = 1`;
  const last = parseCursor(page.cursor);
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${last.at}, ${last.id})`;
}

/** One row more than the page shows: it tells whether there is a next page. */
export function rowsWanted(page: PageQuery): number {
  return itemsWanted(page) + 1;
}

export function cutPage<Row, Item>(
  page: PageQuery,
  rows: Row[],
  positionOf: (row: Row) => Position,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, itemsWanted(page));
  const last = shown.at(-1);
  const more = rows.length > shown.length && last !== undefined;
  return { items: shown.map(itemOf), next: more ? writeCursor(positionOf(last)) : null };
}

function itemsWanted(page: PageQuery): number {
  return Math.min(page.limit, LIMITS.page_items_max);
}

function writeCursor({ at, id }: Position): string {
  return Buffer.from(`${at}.${id}`).toString("base64url");
}

function parseCursor(cursor: string): Position {
  const match = /^(\d{1,15})\.([\w-]{1,64})$/.exec(Buffer.from(cursor, "base64url").toString());
  if (match) return { at: Number(match[1]), id: match[2] as Id };
  throw new Problem("invalid_input", {
    detail: "The cursor is not one that a page gave out",
    errors: [{ path: "cursor", message: "use `next` of the page before, unchanged" }],
  });
}
