// What references in settings can see. A settings file is the operator's: every variable, every file. Settings sent through the
// API are a tenant's: only variables and files that carry the workspace's name, so that no tenant reads another's secrets or ours.
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { failed, LIMITS, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { SecretResolver } from "@holdfast/control";
import type { Environment } from "../environment.ts";

/** Told of each file that is read, whether it is there or not. */
type Note = (path: string) => void;

/** Relative paths are relative to the settings file's folder. */
export function fileSecrets(environment: Environment, folder: string, note: Note = () => undefined): SecretResolver {
  return {
    env: (name) => variable(environment, name),
    file: (path) => {
      const place = isAbsolute(path) ? path : resolve(folder, path);
      note(place);
      return contentOf(place);
    },
    document: (path) => {
      const place = isAbsolute(path) ? path : resolve(folder, path);
      note(place);
      return contentOf(place, LIMITS.openapi_bytes_max);
    },
  };
}

/**
 * `${env:KEY}` is the variable HOLDFAST_SECRET_<WORKSPACE>__KEY, `${file:key}` is the file <data>/secrets/<workspace>/key.
 * The text stays the same when it moves between a file and the API.
 */
export function workspaceSecrets(
  environment: Environment,
  data_dir: string,
  { workspace, note }: { workspace: WorkspaceName; note?: Note },
): SecretResolver {
  return {
    env: (name) => variable(environment, `HOLDFAST_SECRET_${variablePart(workspace)}__${name}`),
    file(path) {
      if (!/^[\w.-]+$/.test(path) || /^\.+$/.test(path))
        return failed(`only a plain file name can stand here: the file is looked for in ${join("secrets", workspace)}`);
      const place = join(data_dir, "secrets", workspace, path);
      note?.(place);
      return contentOf(place);
    },
  };
}

/** Upper case; anything but letters and digits as `_` and its code, so that two names never become one. */
function variablePart(workspace: WorkspaceName): string {
  return workspace
    .replace(/[^a-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .toUpperCase();
}

function variable(environment: Environment, name: string): Result<string, string> {
  const value = environment[name];
  return value ? ok(value) : failed(`environment variable ${name} is not set`);
}

function contentOf(path: string, bytes_max: number = LIMITS.secret_file_bytes_max): Result<string, string> {
  try {
    if (statSync(path).size > bytes_max) return failed(`file ${path} is larger than ${bytes_max} bytes`);
    const text = readFileSync(path, "utf8").trim();
    return text ? ok(text) : failed(`file ${path} is empty`);
  } catch (error) {
    return failed(`file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
