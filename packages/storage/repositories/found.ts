// A row that is to be changed must be there; one of another workspace is not.
import { Problem } from "@holdfast/base";
import type { UpdateResult } from "kysely";

/** Throws Problem("not_found") when an update met no row. */
export function mustHaveChanged({ numUpdatedRows }: UpdateResult, what: string): void {
  if (numUpdatedRows === 0n) throw new Problem("not_found", { detail: `There is no such ${what} here` });
}
