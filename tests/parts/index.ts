// How a test file asks for a real part: a server or browser that is started once for the whole run, on first demand.
//
//   const postgres = await part("postgres");
//   postgres.describe("records in PostgreSQL", ({ freshDatabase }) => { test("…", async () => { await freshDatabase() }) });
//
// Where the part cannot be had, the suite is skipped and named at the end of the run; with CI=true it fails.

import { describe, inject, test } from "vitest";
import type { PartName, Parts, Provided } from "./parts.ts";

export type { DatabaseServer, PartName, Parts } from "./parts.ts";

export interface Part<Value> {
  describe(title: string, body: (value: Value) => void): void;
}

/** Test files await this at their top: whether the part is there decides which tests they register. */
export async function part<Name extends PartName>(name: Name): Promise<Part<Parts[Name]>> {
  const found = await ask(name);
  if ("missing" in found) return absent(found.missing);
  const value = wrap[name](found);
  return { describe: (title, body) => void describe(title, () => body(value)) };
}

function absent(missingPart: string): Part<never> {
  if (process.env.CI === "true") return failing(missingPart);
  // The body registers its tests, so that they are counted; a skipped suite runs neither them nor its hooks.
  const untouchable = new Proxy({}, { get: () => () => undefined }) as never;
  return { describe: (title, body) => void describe.skip(title, { meta: { missingPart } }, () => body(untouchable)) };
}

function failing(missingPart: string): Part<never> {
  const fail = () => {
    throw new Error(`${missingPart}; with CI=true every part has to be there`);
  };
  return { describe: (title) => void describe(title, () => test("has its part", fail)) };
}

async function ask(name: PartName): Promise<Provided | { missing: string }> {
  const answer = await fetch(`${inject("partsDoor")}/${name}`);
  return (await answer.json()) as Provided | { missing: string };
}

const wrap: { [Name in PartName]: (first: Provided) => Parts[Name] } = {
  postgres: () => ({ freshDatabase: () => another("postgres") }),
  redis: () => ({ freshDatabase: () => another("redis") }),
  chromium: (found) => ({ launch: async () => (await import("./chromium.ts")).launchChromium(found) }),
  nginx: ({ place }) => ({ path: place }),
};

async function another(name: "postgres" | "redis"): Promise<string> {
  const found = await ask(name);
  if ("missing" in found) throw new Error(found.missing);
  return found.place;
}
