// Renders questions as SQL for DuckDB. Values always travel as parameters; only words of this file become SQL.
import { unreachable } from "@holdfast/base";
import type { Condition, Dimension, Measure, MeasureQuery, RecordQuery } from "./tree.ts";

export type Rendered = { sql: string; values: (string | number)[] };

const FAILED = "coalesce(error_origin IN ('gateway', 'upstream'), false)";
/** What releases are judged by. An answer that a limit of the settings ended has failed its reader, and says nothing of its service. */
const JUDGED = `${FAILED} AND outcome <> 'time_limit_reached'`;

const MEASURE_SQL: Record<Measure, string> = {
  calls: "count(*)",
  errors: `count(*) FILTER (WHERE ${JUDGED})`,
  p50_us: "approx_quantile(duration_us, 0.5)",
  p95_us: "approx_quantile(duration_us, 0.95)",
  input_tokens: "coalesce(sum(ai_input_tokens), 0)::BIGINT",
  output_tokens: "coalesce(sum(ai_output_tokens), 0)::BIGINT",
  cost_nano_usd: "coalesce(sum(ai_cost_nano_usd), 0)::BIGINT",
  refused: "count(*) FILTER (WHERE refused_by IS NOT NULL)",
  last_at: "max(at_ms)",
  dropped: "count(*) FILTER (WHERE compared_differs IS NULL)",
  failed_sent: `count(*) FILTER (WHERE compared_differs IS NOT NULL AND ${FAILED})`,
  same: "count(*) FILTER (WHERE compared_differs = '')",
  differs_status: differing("status"),
  differs_content_type: differing("content_type"),
  differs_body: differing("body"),
  client_p50_us: "approx_quantile(compared_duration_us, 0.5)",
  client_p95_us: "approx_quantile(compared_duration_us, 0.95)",
  sent_p50_us: "approx_quantile(duration_us, 0.5) FILTER (WHERE compared_differs IS NOT NULL)",
  sent_p95_us: "approx_quantile(duration_us, 0.95) FILTER (WHERE compared_differs IS NOT NULL)",
};

/** What differs is one text, its words with commas between: there are three of them. */
function differing(word: "status" | "content_type" | "body"): string {
  return `count(*) FILTER (WHERE list_contains(string_split(compared_differs, ','), '${word}'))`;
}

export function renderRecords(query: RecordQuery, columns: string): Rendered {
  const values = createValues();
  const where = whereOf(query.workspace, query.where, values.add);
  if (query.after) {
    const at = values.add(query.after.at, "BIGINT");
    where.push(`(at_ms < ${at} OR (at_ms = ${at} AND id < ${values.add(query.after.id, "UUID")}))`);
  }
  const most = values.add(query.most, "BIGINT");
  const sql = `SELECT ${columns} FROM calls WHERE ${where.join(" AND ")} ORDER BY at_ms DESC, id DESC LIMIT ${most}`;
  return { sql, values: values.list };
}

export function renderMeasures(query: MeasureQuery): Rendered {
  const values = createValues();
  const dimensions = query.by.map((dimension) => `${dimensionSql(dimension, values.add)} AS "${dimension.kind}"`);
  const measures = query.select.map((measure) => `${MEASURE_SQL[measure]} AS "${measure}"`);
  const where = whereOf(query.workspace, query.where, values.add).join(" AND ");
  const places = query.by.map((_, index) => index + 1).join(", ");
  // Without dimensions SQL answers one row even for nothing; a question for groups that have calls wants none.
  const order = query.top ? "" : ` ORDER BY ${places}`;
  const groups = query.by.length > 0 ? `GROUP BY ${places}${order}` : "HAVING count(*) > 0";
  const top = query.top ? topOf(query, values.add) : "";
  return {
    sql: `SELECT ${[...dimensions, ...measures].join(", ")} FROM calls WHERE ${where} ${groups}${top}`,
    values: values.list,
  };
}

/** Rows that are as high come in the order of their dimensions, so that two looks see the same. */
function topOf({ top, by }: MeasureQuery, add: Add): string {
  if (!top) return "";
  const places = by.map((_, index) => `, ${index + 1}`).join("");
  return ` ORDER BY ${MEASURE_SQL[top.measure]} DESC${places} LIMIT ${add(top.most, "BIGINT")}`;
}

type Add = (value: string | number, type: "VARCHAR" | "BIGINT" | "UUID") => string;

function createValues(): { add: Add; list: (string | number)[] } {
  const list: (string | number)[] = [];
  return { add: (value, type) => `$${list.push(value)}::${type}`, list };
}

function whereOf(workspace: string, conditions: readonly Condition[], add: Add): string[] {
  return [`workspace = ${add(workspace, "VARCHAR")}`, ...conditions.map((condition) => conditionSql(condition, add))];
}

function conditionSql(condition: Condition, add: Add): string {
  switch (condition.kind) {
    case "equals":
      return `${condition.field} = ${add(condition.value, condition.field === "status" ? "BIGINT" : "VARCHAR")}`;
    case "present":
      return `${condition.field} IS NOT NULL`;
    case "mirrored":
      return condition.value ? "shadow_of IS NOT NULL" : "shadow_of IS NULL";
    case "differs":
      return "compared_differs <> ''";
    case "failed":
      return condition.value ? FAILED : `NOT ${FAILED}`;
    case "from":
      return `at_ms >= ${add(condition.at, "BIGINT")}`;
    case "until":
      return `at_ms < ${add(condition.at, "BIGINT")}`;
    default:
      return unreachable(condition);
  }
}

function dimensionSql(dimension: Dimension, add: Add): string {
  switch (dimension.kind) {
    case "subject":
    case "release":
      return `coalesce(${dimension.kind}, '')`;
    case "consumer":
      return "coalesce(consumer, '')";
    case "network":
      return "CASE WHEN consumer IS NULL THEN coalesce(client_address, '') ELSE '' END";
    case "client_release":
      return "coalesce(compared_release, '')";
    case "step": {
      const step = add(dimension.step_ms, "BIGINT");
      return `at_ms - at_ms % ${step}`;
    }
    default:
      return unreachable(dimension);
  }
}
