// The tables of the DuckDB file, and how a call record becomes a row and comes back. No index, key or ALTER: a change of the
// format gets a new FORMAT, and with it a new file that fills itself from the spool.
import type { CallAi, CallCapture, CallComparison, CallPhases, CallRecord } from "@holdfast/contract";

/** Part of the file's name. */
export const FORMAT = 4;

export type Value = string | number | boolean | null;
type Column = { name: string; type: "UUID" | "VARCHAR" | "BIGINT" | "BOOLEAN"; of: (record: CallRecord) => Value };

const id = (name: string, of: Column["of"]): Column => ({ name, type: "UUID", of });
const text = (name: string, of: Column["of"]): Column => ({ name, type: "VARCHAR", of });
/** All whole numbers are BIGINT: none can overflow, and on disk a column takes only the bits that its values need. */
const whole = (name: string, of: Column["of"]): Column => ({ name, type: "BIGINT", of });
const flag = (name: string, of: Column["of"]): Column => ({ name, type: "BOOLEAN", of });

const PLAIN_TEXT = [
  "workspace",
  "node",
  "method",
  "host",
  "path",
  "query",
  "subject",
  "route",
  "release",
  "upstream",
  "consumer",
  "client_address",
  "user_agent",
  "outcome",
  "error_origin",
  "refused_by",
  "reason",
  "protocol",
  "cache",
  "shadow_of",
  "request_id",
  "trace_id",
  "span_id",
  "parent_span_id",
] as const;
const PLAIN_WHOLE = [
  "version",
  "duration_us",
  "plan",
  "status",
  "upstream_status",
  "attempts",
  "request_bytes",
  "response_bytes",
] as const;
const PHASES = [
  "receive_us",
  "identify_us",
  "admit_us",
  "choose_us",
  "connect_us",
  "send_us",
  "wait_us",
  "reply_us",
] as const satisfies (keyof CallPhases)[];
const AI_TEXT = ["model", "provider", "provider_model", "finish_reason"] as const;
const AI_WHOLE = [
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "cost_nano_usd",
  "first_token_us",
  "attempts",
] as const;

/** Of the table `calls`, in their order. */
export const COLUMNS: readonly Column[] = [
  id("id", (record) => record.id),
  whole("at_ms", (record) => record.at),
  ...PLAIN_TEXT.map((name) => text(name, (record) => record[name])),
  ...PLAIN_WHOLE.map((name) => whole(name, (record) => record[name])),
  ...PHASES.map((name) => whole(name, (record) => record.phases[name])),
  text("notes", (record) => record.notes ?? null),
  text("compared_release", (record) => record.compared?.release ?? null),
  whole("compared_status", (record) => record.compared?.status ?? null),
  whole("compared_duration_us", (record) => record.compared?.duration_us ?? null),
  text("compared_differs", (record) => record.compared?.differs?.join(",") ?? null),
  flag("encrypted", (record) => record.encrypted),
  flag("ai_stream", (record) => record.ai?.stream ?? null),
  ...AI_TEXT.map((name) => text(`ai_${name}`, (record) => record.ai?.[name] ?? null)),
  ...AI_WHOLE.map((name) => whole(`ai_${name}`, (record) => record.ai?.[name] ?? null)),
];

export const COLUMN_NAMES: string = COLUMNS.map(({ name }) => name).join(", ");

/** Captures have a table of their own, so that lists never touch them and they can be forgotten earlier. */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS calls (${COLUMNS.map(({ name, type }) => `${name} ${type}`).join(", ")})`,
  "CREATE TABLE IF NOT EXISTS captures (id UUID, at_ms BIGINT, workspace VARCHAR, capture VARCHAR)",
  "CREATE TABLE IF NOT EXISTS positions (node VARCHAR, segment BIGINT, place BIGINT)",
  "CREATE TABLE IF NOT EXISTS losses (node VARCHAR, segment BIGINT, records BIGINT)",
];

/** A row of `calls`, its numbers as numbers, as a record without its capture. */
export function recordOf(row: Record<string, Value>): CallRecord {
  const pick = <Name extends string>(names: readonly Name[], prefix = ""): Record<Name, Value> =>
    Object.fromEntries(names.map((name) => [name, row[prefix + name]])) as Record<Name, Value>;
  const plain = { ...pick(PLAIN_TEXT), ...pick(PLAIN_WHOLE), id: row.id, at: row.at_ms, encrypted: row.encrypted };
  const ai = { ...pick(AI_TEXT, "ai_"), ...pick(AI_WHOLE, "ai_"), stream: row.ai_stream } as CallAi;
  return {
    ...plain,
    phases: pick(PHASES) as CallPhases,
    ai: row.ai_stream === null ? null : ai,
    capture: null,
    ...(typeof row.notes === "string" ? { notes: row.notes } : {}),
    ...(row.compared_release === null ? {} : { compared: comparisonOf(row) }),
  } as CallRecord;
}

function comparisonOf(row: Record<string, Value>): CallComparison {
  const text = row.compared_differs as string | null;
  const differs = text === null ? null : text.split(",").filter((word) => word !== "");
  return {
    release: row.compared_release,
    status: row.compared_status,
    duration_us: row.compared_duration_us,
    differs,
  } as CallComparison;
}

export function parseCapture(text: string): CallCapture {
  return JSON.parse(text) as CallCapture;
}
