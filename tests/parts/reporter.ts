// Says at the end of a run what was not run and why, and leaves the totals for .ci/run.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule, TestSuite } from "vitest/node";

const root = join(import.meta.dirname, "..", "..");
const totalsFile = join(root, "node_modules", ".cache", "holdfast", "test-totals.json");

export class PartsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const lines = modules.flatMap(notRun).sort();
    if (lines.length > 0) console.log(`\n${lines.join("\n")}`);
    mkdirSync(join(totalsFile, ".."), { recursive: true });
    writeFileSync(totalsFile, JSON.stringify(count(modules, unhandledErrors.length)));
  }
}

function notRun(module: TestModule): string[] {
  const missing = [...module.children.allSuites()].filter((suite) => suite.meta().missingPart !== undefined);
  return missing.filter(isOutermost).map((suite) => {
    const tests = [...suite.children.allTests()].length;
    return `Not run: ${suite.meta().missingPart}: ${module.relativeModuleId} (${tests} ${tests === 1 ? "test" : "tests"})`;
  });
}

/** Tests inside a suite inherit what was said of it. */
function isOutermost(suite: TestSuite): boolean {
  return suite.parent.type === "module" || suite.parent.meta().missingPart === undefined;
}

/** A file that could not be collected, or an error outside any test, counts as one failure. */
function count(modules: readonly TestModule[], unhandled: number): { passed: number; failed: number; skipped: number } {
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
  const broken = modules.filter((module) => module.errors().length > 0).length;
  const of = (state: string) => states.filter((s) => s === state).length;
  return { passed: of("passed"), failed: of("failed") + broken + unhandled, skipped: of("skipped") };
}
