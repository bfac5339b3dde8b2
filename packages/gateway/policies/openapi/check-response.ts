// An answer beside its operation: status, media type, body.
import { type FieldError, LIMITS } from "@holdfast/base";
import type { JsonLimitSettings } from "@holdfast/contract";
import { headerOf } from "../../headers/header-list.ts";
import { readJson } from "../body-reader.ts";
import { DEFAULT_JSON_LIMITS } from "../json-limits/scan.ts";
import type { ReplyHead } from "../policy.ts";
import type { ReadyContent, ReadyOperation } from "./ready-operation.ts";

/** What its head says already. A failure of the service that nobody described is not a break of the description. */
export function checkHead(operation: ReadyOperation, { status, headers }: ReplyHead): FieldError[] {
  const described = operation.response(status);
  if (!described) return status >= 500 ? [] : [{ path: "status", message: `${status} is not described` }];
  if (!described.content || isBodiless(headers, status)) return [];
  const type = headerOf(headers, "content-type");
  if (described.content(type)) return [];
  return [
    { path: "header/content-type", message: type === undefined ? "is missing" : "is not described for this status" },
  ];
}

/** Undefined: bodies of this answer are not looked into. */
export function responseContent(operation: ReadyOperation, { status, headers }: ReplyHead): ReadyContent | undefined {
  const content = operation.response(status)?.content?.(headerOf(headers, "content-type"));
  return content?.validate && content.form === "json" ? content : undefined;
}

/** The service is ours to trust with size, not with form. */
const OF_ANY_SIZE: JsonLimitSettings = {
  ...DEFAULT_JSON_LIMITS,
  keys_most: Number.MAX_SAFE_INTEGER,
  array_items_most: Number.MAX_SAFE_INTEGER,
};

export function checkResponseBody(body: Uint8Array, { validate }: ReadyContent): FieldError[] {
  const read = readJson(body, OF_ANY_SIZE);
  if ("refusal" in read) return [{ path: "body", message: read.refusal.detail }];
  return validate?.(read.value, body.length <= LIMITS.violations_body_bytes_max) ?? [];
}

function isBodiless(headers: string[], status: number): boolean {
  return status === 204 || status === 304 || headerOf(headers, "content-length") === "0";
}
