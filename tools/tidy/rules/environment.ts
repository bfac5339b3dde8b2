// `process.env` is read in one place, apps/holdfast; everything else is told.

import { isIn } from "../places.ts";
import { memberName, problemsAt, type Rule } from "../rule.ts";

const mayRead = ["apps/holdfast", "tools", "tests", "bench"];

export const environment: Rule = {
  id: "environment",
  why: "a setting that code fetches behind everyone's back cannot be validated, documented or tested",
  bites: [
    {
      path: "packages/telemetry/spool.ts",
      text: 'export const place = process.env["HOLDFAST_DATA_DIR"];',
      says: "process.env is read only in apps/holdfast: take the setting as an argument",
    },
    {
      path: "packages/base/mode.ts",
      text: 'import { env } from "node:process";',
      says: "process.env is read only in apps/holdfast: take the setting as an argument",
    },
  ],
  allows: [
    { path: "apps/holdfast/environment.ts", text: "export const environment = process.env;" },
    { path: "packages/telemetry/spool.ts", text: "export const id = process.pid;" },
  ],
  check: (source) => {
    if (isIn(source.path, mayRead)) return [];
    const says = "process.env is read only in apps/holdfast: take the setting as an argument";
    const imported = source.imports.filter((i) => i.specifier === "node:process" && i.names.includes("env"));
    const read = problemsAt(source, (node) => (memberName(node) === "process.env" ? says : undefined));
    return [...imported.map(({ line }) => ({ line, says })), ...read];
  },
};
