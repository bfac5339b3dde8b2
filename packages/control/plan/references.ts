// References in settings: `${env:NAME}` and `${file:PATH}`, in any text value; `$${` stands for a literal `${`. Where the schema
// says `secret`, a reference is the only thing that may stand. What a reference can see is the resolver's business.
import { failed, type Result } from "@holdfast/base";
import { type SettingsPath, schemasAt } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";

/** Looks up what a reference names; the error says what is missing, and never holds a part of a secret. */
export type SecretResolver = {
  env(name: string): Result<string, string>;
  file(path: string): Result<string, string>;
  /** Documents that settings name by a path, such as API descriptions; where it is missing, none can be named. */
  document?(path: string): Result<string, string>;
};

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}|$)/g;
const HOW_TO_REFER = `write \${env:NAME} or \${file:PATH}`;
const WHOLE_REFERENCE = /^\$\{(env|file):[^}]+\}$/;

export type Resolved = { value: unknown; problems: PathProblem[] };

/** A copy of `value` in which every reference is replaced; texts with a broken reference stay as they are. */
export function resolveReferences(value: unknown, resolver: SecretResolver): Resolved {
  const problems: PathProblem[] = [];
  return { value: resolveBelow(value, [], { resolver, problems }), problems };
}

type Tools = { resolver: SecretResolver; problems: PathProblem[] };

function resolveBelow(value: unknown, path: SettingsPath, tools: Tools): unknown {
  if (typeof value === "string") return value.includes("${") ? resolveText(value, path, tools) : value;
  if (Array.isArray(value)) return value.map((item, index) => resolveBelow(item, [...path, index], tools));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolveBelow(member, [...path, key], tools)]),
  );
}

function resolveText(text: string, path: SettingsPath, { resolver, problems }: Tools): string {
  return text.replace(REFERENCE, (written, inside: string | undefined) => {
    if (inside === undefined) return "${";
    const found = lookUp(inside, resolver);
    if (found.ok) return found.value;
    problems.push({ path, ...found.error });
    return written;
  });
}

type Missing = Pick<PathProblem, "message" | "suggestion">;

function lookUp(inside: string, resolver: SecretResolver): Result<string, Missing> {
  const [, kind, name] = /^(env|file):(.+)$/.exec(inside) ?? [];
  if (!name) return failed({ message: `\${${inside}} is not a reference`, suggestion: HOW_TO_REFER });
  const found = kind === "env" ? resolver.env(name) : resolver.file(name);
  return found.ok ? found : failed({ message: found.error });
}

/** What people see in place of a literal secret, and what is refused when it comes back. */
export const HIDDEN_SECRET = "[hidden]";

/** Values that are secrets by the schema and stand literally in the document. */
export function literalSecrets(value: unknown): PathProblem[] {
  return secretTexts(value, [])
    .filter(({ text, kind }) => !isByReference(text, kind))
    .map(({ path }) => ({
      path,
      message: "is a secret in plain text",
      suggestion: `${HOW_TO_REFER}; or allow it with \`allow_literal_secrets: true\``,
    }));
}

/** Secrets that were hidden when the document was shown, and came back as they were shown. */
export function hiddenSecrets(value: unknown): PathProblem[] {
  return secretTexts(value, [])
    .filter(({ text }) => text === HIDDEN_SECRET)
    .map(({ path }) => ({
      path,
      message: "stands for a secret that was not shown",
      suggestion: "write the secret again",
    }));
}

type SecretText = { path: SettingsPath; text: string; kind: "whole" | "password" };

function secretTexts(value: unknown, path: SettingsPath): SecretText[] {
  if (typeof value === "string")
    return schemasAt(path).flatMap(({ secret }) => (secret ? [{ path, text: value, kind: secret }] : []));
  if (value === null || typeof value !== "object") return [];
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return members.flatMap(([key, member]) => secretTexts(member, [...path, key]));
}

function isByReference(text: string, kind: SecretText["kind"]): boolean {
  if (kind === "whole") return WHOLE_REFERENCE.test(text);
  // smtp://user:password@host: the password is what stands between the first colon and the last @ of the authority.
  const password = /^[^/]*\/\/[^/]*?:(.*)@/.exec(text)?.[1];
  return password === undefined || WHOLE_REFERENCE.test(password);
}
