import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "vitest";
import { storeSuite } from "../contract/store.suite.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
describe("SQLite", () => storeSuite(async () => `sqlite:${join(folder, `${++made}`)}`));
