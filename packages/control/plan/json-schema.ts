// The JSON Schema of `holdfast.yaml`, made from the schema that validates: published for editors, and walked by the reader of
// settings to know which keys a place takes and which values are secrets.
import { Settings } from "@holdfast/contract";
import { z } from "zod";

/** The parts of JSON Schema (draft 2020-12) that the settings use. */
export type JsonSchema = {
  $id?: string;
  title?: string;
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  secret?: "whole" | "password";
};

export type SettingsPath = readonly (string | number)[];

/** Published as `docs/holdfast.schema.json`. An editor uses it through `# yaml-language-server: $schema=…` in the first line. */
export function settingsJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(Settings, { io: "input" }) as JsonSchema;
  return { $id: "https://holdfast.dev/holdfast.schema.json", title: "Settings of Holdfast (holdfast.yaml)", ...schema };
}

const SCHEMA = settingsJsonSchema();

/** Every schema that may hold at this place: several below a union, none at a place that no schema knows. */
export function schemasAt(path: SettingsPath): JsonSchema[] {
  let found = branches(SCHEMA);
  for (const step of path) found = found.flatMap((schema) => schemaBelow(schema, step)).flatMap(branches);
  return found;
}

/** Keys that are accepted at this place; empty where keys are names that the writer chooses. */
export function keysAt(path: SettingsPath): string[] {
  return schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {}));
}

function branches(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function schemaBelow(schema: JsonSchema, step: string | number): JsonSchema[] {
  if (typeof step === "number") return schema.items ? [schema.items] : [];
  if (schema.properties && Object.hasOwn(schema.properties, step)) return [schema.properties[step] as JsonSchema];
  return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
}
