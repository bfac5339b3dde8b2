// Which entries a lockfile lacks, and what a package's name says of its platform.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { missingEntries, platformOf } from "./complete.ts";

describe("a lockfile written on one platform", () => {
  const linter = {
    version: "2.0.0",
    dev: true,
    optionalDependencies: { "@x/cli-linux-x64": "2.0.0", "@x/cli-darwin-arm64": "2.0.0" },
  };

  test("gets the entries of the others, as what they belong to", () => {
    const packages = { "node_modules/linter": linter, "node_modules/@x/cli-linux-x64": { version: "2.0.0" } };
    expect(missingEntries(packages)).toEqual({
      "node_modules/@x/cli-darwin-arm64": {
        version: "2.0.0",
        os: ["darwin"],
        cpu: ["arm64"],
        dev: true,
        optional: true,
      },
    });
  });

  test("is left alone where an optional package is not about a platform, or has a range", () => {
    const optionalDependencies = { colours: "1.0.0", "@x/cli-win32-x64": "^2.0.0" };
    expect(missingEntries({ "node_modules/linter": { optionalDependencies } })).toEqual({});
  });
});

test.each([
  ["@x/binding-linux-arm64-musl", { os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
  ["@x/binding-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
  ["@x/binding-win32-x64-msvc", { os: ["win32"], cpu: ["x64"] }],
  ["@x/binding-wasm32-wasi", undefined],
])("%s", (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});

test.each(["package-lock.json", "tests/parts/package-lock.json"])("%s lacks nothing", (file) => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", file), "utf8"));
  expect(missingEntries(lock.packages), "run: node tools/lock/complete.ts").toEqual({});
});
