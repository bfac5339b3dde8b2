import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { idSource, systemClock } from "@holdfast/base";
import { sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { openSqlite } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-open-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (url: string) => openStore({ url, clock: systemClock, ids: idSource() });

test.each([
  ["a folder", "folder", "folder/holdfast.sqlite"],
  ["a file that ends in .sqlite", "deep/er/records.sqlite", "deep/er/records.sqlite"],
  ["a file that ends in .db", "records.db", "records.db"],
])("%s is made if it is not there", async (_, place, file) => {
  await (await open(`sqlite:${join(folder, place)}`)).close();
  expect(existsSync(join(folder, file))).toBe(true);
});

test("the folder that was made and the files in which records are, are closed to others", async () => {
  const place = join(folder, "closed");
  const store = await open(`sqlite:${place}`);
  const paths = [place, join(place, "holdfast.sqlite"), join(place, "holdfast.sqlite-wal")];
  expect(paths.map((path) => statSync(path).mode & 0o077)).toEqual([0, 0, 0]);
  await store.close();
});

test("a store in memory has no file and no lock", async () => {
  const [first, second] = [await open("sqlite::memory:"), await open("sqlite::memory:")];
  await first.transact("shop", ({ issues }) => issues.nextNumber());
  expect(await second.transact("shop", ({ issues }) => issues.nextNumber())).toBe(1);
  await Promise.all([first.close(), second.close()]);
});

test("the same process cannot open a folder twice, and can once it has closed it", async () => {
  const url = `sqlite:${join(folder, "twice")}`;
  const first = await open(url);
  await expect(open(url)).rejects.toThrow(`is in use by process ${process.pid}`);
  await first.transact("shop", ({ issues }) => issues.nextNumber());
  await first.close();
  await (await open(url)).close();
});

test("a database of a newer version is refused, left as it is and unlocked", async () => {
  const place = join(folder, "newer");
  await (await open(`sqlite:${place}`)).close();
  const file = new DatabaseSync(join(place, "holdfast.sqlite"));
  file.exec("insert into migrations values ('9999_from_the_future', '2030-01-01T00:00:00Z')");
  file.close();
  await expect(open(`sqlite:${place}`)).rejects.toThrow("could not be brought to this version");
  await expect(open(`sqlite:${place}`)).rejects.toThrow("could not be brought to this version");
});

test("commits wait for the disk, and foreign keys hold", async () => {
  const { db, close } = openSqlite(join(folder, "pragmas"));
  const read = async (pragma: string) =>
    Object.values((await sql`pragma ${sql.raw(pragma)}`.execute(db)).rows[0] ?? {});
  expect(await read("journal_mode")).toEqual(["wal"]);
  expect(await read("synchronous")).toEqual([2]);
  expect(await read("foreign_keys")).toEqual([1]);
  await close();
});

test("a server that does not answer is named as what it is", async () => {
  await expect(open("postgres://127.0.0.1:1/holdfast")).rejects.toThrow(/the database does not answer: .*ECONNREFUSED/);
});

test.each(["", "sqlite:", "mysql://localhost/holdfast", "/var/lib/holdfast"])("the URL %j is refused", async (url) => {
  await expect(open(url)).rejects.toThrow("the database URL must begin with sqlite:");
});
