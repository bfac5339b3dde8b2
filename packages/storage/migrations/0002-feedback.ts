// What people said, and the issues made of it.
import { makeTable, type Schema } from "./schema.ts";

export async function makeFeedback(schema: Schema): Promise<void> {
  await makeIssues(schema);
  await makeTable(schema, "feedback", {
    columns: {
      workspace: "text",
      id: "text",
      channel: "text",
      site: "text?",
      message: "text",
      rating: "integer?",
      category: "text?",
      page: "text?",
      device: "text?",
      reporter_name: "text?",
      reporter_email: "text?",
      created_at: "integer",
      status: "text",
      issue_id: "text?",
      joined_because: "text?",
      calls: "json",
      token_hash: "text",
      idempotency_key: "text?",
    },
    key: ["workspace", "id"],
    unique: [["workspace", "site", "idempotency_key"]],
    indexes: [
      ["workspace", "created_at", "id"],
      ["workspace", "issue_id"],
    ],
    refers: [{ columns: ["workspace", "issue_id"], to: "issues", key: ["workspace", "id"] }],
    rows: "workspace",
  });
  await makeTable(schema, "feedback_history", {
    columns: {
      workspace: "text",
      feedback_id: "text",
      position: "integer",
      status: "text",
      at: "integer",
      note: "text?",
    },
    key: ["workspace", "feedback_id", "position"],
    belongs: [{ columns: ["workspace", "feedback_id"], to: "feedback", key: ["workspace", "id"] }],
    rows: "workspace",
  });
}

async function makeIssues(schema: Schema): Promise<void> {
  await makeTable(schema, "issues", {
    columns: {
      workspace: "text",
      id: "text",
      number: "integer",
      title: "text",
      status: "text",
      severity: "integer",
      category: "text?",
      owner_id: "text?",
      owner_name: "text?",
      fingerprint: "text?",
      subject: "text?",
      release: "text?",
      reason: "text?",
      created_at: "integer",
      updated_at: "integer",
      resolved_at: "integer?",
    },
    key: ["workspace", "id"],
    unique: [["workspace", "number"]],
    indexes: [
      ["workspace", "created_at", "id"],
      ["workspace", "fingerprint"],
    ],
    rows: "workspace",
  });
  await makeTable(schema, "issue_events", {
    columns: {
      workspace: "text",
      id: "text",
      issue_id: "text",
      at: "integer",
      kind: "text",
      actor: "json",
      text: "text",
      ref: "text?",
    },
    key: ["workspace", "id"],
    indexes: [["workspace", "issue_id", "at"]],
    belongs: [{ columns: ["workspace", "issue_id"], to: "issues", key: ["workspace", "id"] }],
    rows: "workspace",
  });
}
