import { expect, test } from "vitest";
import { presentError } from "./errors.ts";

const failure = (fields: object) => Object.assign(new Error("from the driver"), fields);

test.each([
  ["SQLite, unique", { code: "ERR_SQLITE_ERROR", errcode: 2067 }, "conflict"],
  ["SQLite, disk full", { code: "ERR_SQLITE_ERROR", errcode: 13 }, "storage_unavailable"],
  ["SQLite, write failed (IOERR_WRITE)", { code: "ERR_SQLITE_ERROR", errcode: 778 }, "storage_unavailable"],
  ["PostgreSQL, unique", { code: "23505" }, "conflict"],
  ["PostgreSQL, NUL in a text", { code: "22021" }, "invalid_input"],
  ["PostgreSQL, disk full", { code: "53100" }, "storage_unavailable"],
  ["PostgreSQL, connection broke", { code: "08006" }, "storage_unavailable"],
  ["PostgreSQL, stopping", { code: "57P01" }, "storage_unavailable"],
  ["PostgreSQL, nobody listens", { code: "ECONNREFUSED" }, "storage_unavailable"],
])("%s becomes a problem that keeps its cause", (_, fields, code) => {
  const error = failure(fields);
  expect(presentError(error)).toMatchObject({ name: "Problem", code, cause: error });
});

test.each([
  ["a wrong statement of ours in SQLite", { code: "ERR_SQLITE_ERROR", errcode: 1 }],
  ["a wrong statement of ours in PostgreSQL", { code: "42601" }],
  ["a mistake in code", {}],
])("%s stays what it is", (_, fields) => {
  const error = failure(fields);
  expect(presentError(error)).toBe(error);
});
