// Texts of settings that are run for every call: templates, JSONata, JSON Schema, patterns. Each is compiled once, and says in
// words why it cannot be.
export * from "./definitions.ts";
export * from "./json-expression.ts";
export * from "./json-schema.ts";
export * from "./pattern.ts";
export * from "./template.ts";
