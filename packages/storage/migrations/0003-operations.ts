// What machines saw, what was done about it, and the launches that frame both.
import { makeTable, type Schema } from "./schema.ts";

export async function makeOperations(schema: Schema): Promise<void> {
  await makeFindings(schema);
  await makeActions(schema);
  await makeTable(schema, "launches", {
    columns: {
      workspace: "text",
      id: "text",
      name: "text",
      scope: "json",
      starts_at: "integer",
      ends_at: "integer",
      phase: "text",
      phase_since: "integer",
      source: "text",
      exit: "json",
      created_at: "integer",
    },
    key: ["workspace", "id"],
    unique: [["workspace", "name"]],
    indexes: [["workspace", "created_at", "id"]],
    rows: "workspace",
  });
}

async function makeFindings(schema: Schema): Promise<void> {
  await makeTable(schema, "findings", {
    columns: {
      workspace: "text",
      id: "text",
      at: "integer",
      detector: "text",
      subject: "text",
      release: "text",
      baseline: "text?",
      window_from: "integer",
      window_until: "integer",
      value: "float",
      baseline_value: "float?",
      calls: "integer",
      errors: "integer",
      baseline_calls: "integer",
      baseline_errors: "integer",
      p_value: "float",
      sentence: "text",
      issue_id: "text?",
    },
    key: ["workspace", "id"],
    indexes: [
      ["workspace", "at", "id"],
      ["workspace", "issue_id"],
      ["workspace", "subject", "release", "at"],
    ],
    refers: [{ columns: ["workspace", "issue_id"], to: "issues", key: ["workspace", "id"] }],
    rows: "workspace",
  });
}

async function makeActions(schema: Schema): Promise<void> {
  await makeTable(schema, "actions", {
    columns: {
      workspace: "text",
      id: "text",
      at: "integer",
      kind: "text",
      subject: "text",
      before: "json",
      after: "json",
      actor: "json",
      why: "text",
      finding_id: "text?",
      issue_id: "text?",
      plan: "integer",
      undone_by: "text?",
    },
    key: ["workspace", "id"],
    indexes: [
      ["workspace", "at", "id"],
      ["workspace", "issue_id"],
    ],
    rows: "workspace",
  });
  await makeTable(schema, "overrides", {
    columns: { workspace: "text", subject: "text", weights: "json", action_id: "text" },
    key: ["workspace", "subject"],
    rows: "workspace",
  });
}
