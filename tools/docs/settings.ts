// docs/settings.md out of the settings schema: every key with its type, default and meaning.
import { Settings } from "@holdfast/contract";
import { z } from "zod";

type Schema = {
  type?: string;
  description?: string;
  examples?: unknown[];
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  required?: string[];
};

const INTRODUCTION = `# Settings

What \`holdfast.yaml\` may say. \`<name>\` stands for a name of your choosing; keys marked \`*\` must be there. Quantities say
their unit; secrets are references: \`\${env:NAME}\` or \`\${file:/path}\`. Unknown keys are refused. Check a file with
\`npm start -- check FILE\`. Editors that read \`docs/holdfast.schema.json\` complete and check while you write.

| key | type | default | meaning |
|---|---|---|---|
`;

export function settingsPage(): string {
  const schema = z.toJSONSchema(Settings, { io: "input" }) as Schema;
  return `${INTRODUCTION}${rowsOf(schema, "").join("\n")}\n`;
}

/** Rows of the table for what stands at this key of a route, of a model, or at the top of a file. Throws when there is no such key. */
export function settingsRows(key: string): string[] {
  const schema = z.toJSONSchema(Settings, { io: "input" }) as Schema;
  const steps = key.split(".");
  for (const place of [["routes", "*", ...steps], ["models", "*", ...steps], steps]) {
    const found = place.reduce<Schema | undefined>(stepInto, schema);
    const path = place.map((step) => (step === "*" ? "<name>" : step)).join(".");
    if (found) return keyRows(found, path, false);
  }
  throw new Error(`the settings have no key ${key}, neither on routes nor on models nor at the top`);
}

function stepInto(schema: Schema | undefined, step: string): Schema | undefined {
  const any = schema?.additionalProperties;
  if (step === "*") return typeof any === "object" ? any : undefined;
  const parts = schema ? [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] : [];
  return parts.flatMap(({ properties }) => properties?.[step] ?? [])[0];
}

export const SETTINGS_HEAD = "| key | type | default | meaning |\n|---|---|---|---|";

function rowsOf(schema: Schema, path: string): string[] {
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
    keyRows(of, path + name, schema.required?.includes(name) ?? false),
  );
  const any = schema.additionalProperties;
  const others = typeof any === "object" && Object.keys(any).length ? keyRows(any, `${path}<name>`, false) : [];
  return [...named, ...others];
}

function keyRows(schema: Schema, path: string, required: boolean): string[] {
  const inner = [...new Set(alternatives(schema).flatMap((each) => rowsOf(each, `${path}.`)))];
  const fallback = schema.default === undefined ? "" : code(JSON.stringify(schema.default));
  return [
    `| ${code(path)}${required ? "*" : ""} | ${typeOf(schema)} | ${fallback} | ${schema.description ?? ""} |`,
    ...inner,
  ];
}

/** Every schema that may hold for what stands here, or for an entry of it when it is a list. */
function alternatives(schema: Schema): Schema[] {
  const below = [...(schema.items ? [schema.items] : []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return [schema, ...below.flatMap(alternatives)];
}

function typeOf(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(" or ");
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(", ");
  if (schema.examples)
    return schema.examples
      .slice(0, 2)
      .map((value) => code(String(value)))
      .join(", ");
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return (
    { object: "mapping", string: "text", integer: "whole number", boolean: "true or false" }[schema.type ?? ""] ??
    schema.type ??
    "any"
  );
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}
