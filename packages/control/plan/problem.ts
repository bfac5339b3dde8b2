// What is wrong with settings, in one shape for the command line, the log and the API.
import type { SettingsPath } from "./json-schema.ts";

/** A problem with its place in the text; lines and columns count from 1. Fits `FieldError` of the problem catalogue. */
export type SettingsProblem = { path: string; message: string; line: number; column: number; suggestion?: string };

/** A problem before its place in the text is known. `missing`: the name that was looked for, where one was. */
export type PathProblem = { path: SettingsPath; message: string; suggestion?: string; missing?: string };

export function pathText(path: SettingsPath): string {
  return path.join(".");
}

/** `holdfast.yaml:12:5 routes.orders.access: say who may call (did you mean …)` */
export function problemLine(file_name: string, problem: SettingsProblem): string {
  const path = problem.path ? `${problem.path}: ` : "";
  const suggestion = problem.suggestion ? ` (${problem.suggestion})` : "";
  return `${file_name}:${problem.line}:${problem.column} ${path}${problem.message}${suggestion}`;
}
