// Settings, plans, the numbers that count up, and the jobs that follow from all of it.
import { makeTable, type Schema } from "./schema.ts";

export async function makeSettings(schema: Schema): Promise<void> {
  await makeTable(schema, "settings_versions", {
    columns: {
      workspace: "text",
      version: "integer",
      source: "text",
      text: "text",
      applied_at: "integer",
      by: "json",
    },
    key: ["workspace", "version"],
    rows: "workspace",
  });
  // A plan belongs to the installation; its repository shows a workspace only the notes that speak of it or of nobody.
  await makeTable(schema, "plans", {
    columns: { number: "integer", workspace: "text?", made_at: "integer", because: "text" },
    key: ["number"],
    indexes: [["made_at"]],
    rows: "installation",
  });
  await makeTable(schema, "counters", {
    columns: { workspace: "text", name: "text", value: "integer" },
    key: ["workspace", "name"],
    rows: "workspace",
  });
  await makeTable(schema, "installation_counters", {
    columns: { name: "text", value: "integer" },
    key: ["name"],
    rows: "installation",
  });
  await makeJobs(schema);
}

/** Outbox and queue in one: a job is written by the transaction that wants it and taken by whoever runs jobs. */
async function makeJobs(schema: Schema): Promise<void> {
  await makeTable(schema, "jobs", {
    columns: {
      workspace: "text",
      id: "text",
      kind: "text",
      payload: "json",
      dedupe: "text?",
      state: "text",
      run_at: "integer",
      attempts: "integer",
      error: "text?",
      created_at: "integer",
      done_at: "integer?",
    },
    key: ["id"],
    unique: [["workspace", "kind", "dedupe"]],
    indexes: [
      ["state", "run_at"],
      ["state", "done_at"],
    ],
    rows: "workspace",
  });
}
