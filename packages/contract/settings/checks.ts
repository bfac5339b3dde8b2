// What a request, and an answer, must be like. Documents are given in place, or as the path of a file beside the settings file.
import { LIMITS } from "@holdfast/base";
import { z } from "zod";
import { size } from "./quantities.ts";

/** The file's path, or the document itself as text or as a mapping. Settings sent through the API carry the document itself. */
export const DocumentSettings = z.union([z.string().min(1), z.record(z.string(), z.unknown())]);

export const JsonLimitSettings = z.strictObject({
  depth_most: z
    .int()
    .min(1)
    .max(1000)
    .default(LIMITS.json_depth_max)
    .meta({ description: "Deepest nesting of objects and lists" }),
  keys_most: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(LIMITS.json_keys_max)
    .meta({ description: "Members of all objects together" }),
  key_characters_most: z.int().min(1).max(65_536).default(256).meta({ description: "Longest name of a member" }),
  array_items_most: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(LIMITS.json_array_items_max)
    .meta({ description: "Entries of one list" }),
  text_most: size.prefault("1MiB").meta({ description: "Longest text value" }),
  duplicate_keys: z
    .enum(["refuse", "pass"])
    .default("refuse")
    .meta({ description: "The same member twice in one object: two readers would take different ones" }),
});

export const OpenapiCheckSettings = z.strictObject({
  requests: z.enum(["enforce", "report", "off"]).default("enforce").meta({
    description: "Requests that the API description forbids: refused, noted in the call record, or not looked at",
  }),
  responses: z
    .enum(["enforce", "report", "off"])
    .default("off")
    .meta({ description: "Answers that break it: replaced by an error, noted in the call record, or not looked at" }),
  base_path: z
    .string()
    .regex(/^(\/[^\s?#{}]*)?$/, "expected a path such as /v1, or empty text")
    .optional()
    .meta({ description: "What comes before the description's paths; default: the path of its first server" }),
});

export const HOSTILE_RULES = [
  "null-byte",
  "path-traversal",
  "sql-injection",
  "cross-site-scripting",
  "shell-command",
  "jndi-lookup",
  "header-injection",
  "header-count",
] as const;

export const HostileInputSettings = z.strictObject({
  mode: z
    .enum(["observe", "block"])
    .default("observe")
    .meta({ description: "Note the rule in the call record, or refuse the call" }),
  skip: z.array(z.enum(HOSTILE_RULES)).default([]).meta({ description: "Rules that are not applied here" }),
  headers: z
    .array(z.string().regex(/^[a-z0-9-]+$/, "expected a header name in lower case"))
    .max(32)
    .default(["user-agent", "referer"])
    .meta({ description: "Headers that are looked at, beside path and query" }),
  body: z.boolean().default(true).meta({ description: "Look at the text of JSON, forms, XML and plain text as well" }),
  headers_most: z.int().min(8).max(1000).default(100).meta({ description: "Header lines of one request" }),
});

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/(\*|\*?[a-z0-9!#$&^_.+-]+)$/;

export const ChecksSettings = z.strictObject({
  content_types: z
    .array(z.string().regex(MEDIA_TYPE, "expected a media type such as application/json, text/* or application/*+json"))
    .min(1)
    .optional()
    .meta({ description: "Media types that a request's body may have; a body without one is refused" }),
  json: JsonLimitSettings.optional().meta({ description: "Limits on JSON bodies, checked before anything reads them" }),
  schema: DocumentSettings.optional().meta({
    description: "JSON Schema (2020-12, or draft-07 where its `$schema` says so) that a request's body must fit",
  }),
  openapi: OpenapiCheckSettings.optional().meta({
    description:
      "How the API description of the route's service is applied; default where it has one: requests are enforced",
  }),
  hostile: HostileInputSettings.optional().meta({ description: "Known attacks in path, query, headers and body" }),
});

export type DocumentSettings = z.output<typeof DocumentSettings>;
export type JsonLimitSettings = z.output<typeof JsonLimitSettings>;
export type HostileInputSettings = z.output<typeof HostileInputSettings>;
export type HostileRule = (typeof HOSTILE_RULES)[number];
export type ChecksSettings = z.output<typeof ChecksSettings>;
