// How tests run: each file in a process of its own, two at a time, against the real parts of tests/parts.

import { defineConfig } from "vitest/config";
import { PartsReporter } from "./tests/parts/reporter.ts";

export default defineConfig({
  test: {
    include: ["packages/**/*.test.ts", "apps/**/*.test.{ts,tsx}", "tools/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["tests/parts/door.ts"],
    reporters: ["default", new PartsReporter()],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // Ordinary Node semantics for whatever a test starts itself.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    restoreMocks: true,
    passWithNoTests: true,
  },
});
