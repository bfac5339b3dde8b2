// The parts of a plan that say what messages must be like, and how one is made of several. Plain data: whatever a file or a
// description said is in here.
import type { PlanRelease, UpstreamTarget } from "./plan.ts";
import type { HostileInputSettings, JsonLimitSettings } from "./settings/checks.ts";

export type PlanSchema = { draft: "2020-12" | "draft-07"; schema: unknown };

export type ParameterPlace = "path" | "query" | "header" | "cookie";

/**
 * One parameter of an operation (OpenAPI 3.1 section 4.8.12). `style` and `explode` say how its text becomes a value; with
 * `json`, the text is a JSON document (`content: application/json`).
 */
export type PlanParameter = {
  in: ParameterPlace;
  /** Headers in lower case. */
  name: string;
  required: boolean;
  style: "simple" | "label" | "matrix" | "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";
  explode: boolean;
  json: boolean;
  schema: unknown;
};

/** By media type or range in lower case. Undefined: any body of this type. */
export type PlanContent = Record<string, { schema?: unknown }>;

export type PlanOperation = {
  /** operationId, or method and path. */
  name: string;
  method: string;
  /** Of the canonical path, after the base path: literal text, or the name of a parameter. */
  segments: PlanSegment[];
  parameters: PlanParameter[];
  body?: { required: boolean; content: PlanContent };
  /** By status, class such as 4XX, or `default`. */
  responses: Record<string, { content?: PlanContent }>;
};

/** `{id}` is a parameter; `{name}.json` has text around it. */
export type PlanSegment = { literal: string } | { parameter: string; before: string; after: string };

/** Schemas are JSON Schema 2020-12, whatever version of OpenAPI they came from; `schemas` are their `#/$defs`. */
export type PlanOpenapi = {
  requests: "enforce" | "report" | "off";
  responses: "enforce" | "report" | "off";
  base_path: string;
  operations: PlanOperation[];
  schemas: Record<string, unknown>;
};

export type PlanChecks = {
  content_types?: string[];
  json?: JsonLimitSettings;
  schema?: PlanSchema;
  openapi?: PlanOpenapi;
  hostile?: HostileInputSettings;
};

/** Texts with places are templates, `body` and `result` are JSONata. */
export type PlanStep = {
  name: string;
  service: string;
  releases: PlanRelease<UpstreamTarget>[];
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body?: string;
  after: string[];
  required: boolean;
  /** Stands in for a step that failed; null unless said otherwise. */
  default: unknown;
  timeout_ms: number;
  connect_ms: number;
};

/** Steps come after all steps that they name in `after`. */
export type PlanCompose = { steps: PlanStep[]; result: string; bytes_max: number };
