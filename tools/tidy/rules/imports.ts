// Packages import along the written table, by name, never by a path into another package.

import { importTable, mayImportEverything, takesOnlyTypes } from "../import-table.ts";
import { isTest, ownerOf } from "../places.ts";
import type { Problem, Rule } from "../rule.ts";
import type { Import, Source } from "../source.ts";

export const imports: Rule = {
  id: "imports",
  why: "borders between packages are what keeps the data plane small and every part replaceable",
  bites: [
    {
      path: "packages/gateway/record.ts",
      text: 'import { openIssue } from "@holdfast/feedback";',
      says: "gateway may not import feedback (tools/tidy/import-table.ts)",
    },
    {
      path: "packages/http1/parse.ts",
      text: 'export type { Result } from "@holdfast/base";',
      says: "http1 may not import base (tools/tidy/import-table.ts)",
    },
    {
      path: "packages/ai/prices.ts",
      text: 'import { plan } from "../contract/plan.ts";',
      says: 'a path into another package: import "@holdfast/contract"',
    },
    {
      path: "packages/control/wiring.ts",
      text: 'const main = await import("../../apps/holdfast/main.ts");',
      says: "a path out of the package, into apps/holdfast",
    },
    {
      path: "apps/console/pages/calls.tsx",
      text: 'import { parseSettings } from "@holdfast/contract";',
      says: "apps/console takes only types from a package: use `import type`",
    },
    {
      path: "packages/unheard-of/index.ts",
      text: 'import { ok } from "@holdfast/base";',
      says: "unheard-of has no row in tools/tidy/import-table.ts",
    },
  ],
  allows: [
    { path: "packages/gateway/record.ts", text: 'import { type CallRecord, encode } from "@holdfast/contract";' },
    { path: "packages/gateway/policies/quota/policy.ts", text: 'import { define } from "../../policy.ts";' },
    { path: "packages/storage/postgres/people.test.ts", text: 'import { part } from "../../../tests/parts/index.ts";' },
    { path: "apps/console/pages/calls.tsx", text: 'import type { CallRecord } from "@holdfast/contract";' },
    { path: "apps/holdfast/main.ts", text: 'import { startControl } from "@holdfast/control";' },
  ],
  check: (source) => source.imports.flatMap((taken) => problemOf(source, taken)),
};

function problemOf(source: Source, taken: Import): Problem[] {
  const says = taken.specifier.startsWith(".") ? wrongPath(source.path, taken) : wrongPackage(source.path, taken);
  return says === undefined ? [] : [{ line: taken.line, says }];
}

function wrongPackage(path: string, { specifier, typeOnly }: Import): string | undefined {
  const [, wanted] = /^@holdfast\/([^/]+)/.exec(specifier) ?? [];
  const owner = ownerOf(path);
  if (wanted === undefined || wanted === owner || mayImportEverything.includes(owner)) return undefined;
  const row = importTable[owner];
  if (row === undefined) return `${owner} has no row in tools/tidy/import-table.ts`;
  if (!row.includes(wanted)) return `${owner} may not import ${wanted} (tools/tidy/import-table.ts)`;
  if (takesOnlyTypes.includes(owner) && !typeOnly)
    return `${owner} takes only types from a package: use \`import type\``;
  return undefined;
}

function wrongPath(path: string, { specifier }: Import): string | undefined {
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  const [from, to] = [ownerOf(path), ownerOf(target)];
  if (from === to || !/^(packages|apps)\//.test(`${path}`)) return reachesIntoPackage(path, target);
  if (isTest(path) && to === "tests") return undefined;
  return target.startsWith("packages/") ? namePackage(to) : `a path out of the package, into ${to}`;
}

function reachesIntoPackage(path: string, target: string): string | undefined {
  const into = target.startsWith("packages/") && ownerOf(path) !== ownerOf(target);
  return into ? namePackage(ownerOf(target)) : undefined;
}

function namePackage(name: string): string {
  return `a path into another package: import "@holdfast/${name}"`;
}
