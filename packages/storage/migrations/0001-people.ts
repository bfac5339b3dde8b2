// Workspaces, people and how they get in. The columns of people, sessions, credentials and verifications are those that
// better-auth reads and writes, under our names (packages/identity/sign-in).
import { makeTable, type Schema } from "./schema.ts";

export async function makePeople(schema: Schema): Promise<void> {
  await makeTable(schema, "workspaces", {
    columns: { name: "text", created_at: "integer" },
    key: ["name"],
    rows: "installation",
  });
  await makeSignIn(schema);
  await makeTable(schema, "links", {
    columns: { token_hash: "text", purpose: "text", person_id: "text?", expires_at: "integer" },
    key: ["token_hash"],
    belongs: [{ columns: ["person_id"], to: "people", key: ["id"] }],
    rows: "installation",
  });
  await makeTable(schema, "members", {
    columns: { workspace: "text", person_id: "text", role: "text", added_at: "integer" },
    key: ["workspace", "person_id"],
    indexes: [["person_id"]],
    belongs: [{ columns: ["person_id"], to: "people", key: ["id"] }],
    rows: "workspace",
  });
  await makeTable(schema, "api_tokens", {
    columns: {
      workspace: "text",
      id: "text",
      name: "text",
      role: "text",
      secret_hash: "text",
      created_at: "integer",
      expires_at: "integer?",
      last_used_at: "integer?",
      revoked_at: "integer?",
    },
    key: ["workspace", "id"],
    unique: [["secret_hash"]],
    rows: "workspace",
  });
  await makeTable(schema, "audit", {
    columns: {
      workspace: "text",
      id: "text",
      at: "integer",
      actor: "json",
      what: "text",
      target: "text",
      detail: "json",
    },
    key: ["workspace", "id"],
    indexes: [["workspace", "at", "id"]],
    rows: "workspace",
  });
}

async function makeSignIn(schema: Schema): Promise<void> {
  const times = { created_at: "moment", updated_at: "moment" } as const;
  const of_person = [{ columns: ["person_id"], to: "people", key: ["id"] }];
  await makeTable(schema, "people", {
    columns: { id: "text", name: "text", email: "text", email_verified: "boolean", image: "text?", ...times },
    key: ["id"],
    unique: [["email"]],
    rows: "installation",
  });
  await makeTable(schema, "sessions", {
    columns: {
      id: "text",
      person_id: "text",
      token: "text",
      expires_at: "moment",
      ip_address: "text?",
      user_agent: "text?",
      ...times,
    },
    key: ["id"],
    unique: [["token"]],
    indexes: [["person_id"], ["expires_at"]],
    belongs: of_person,
    rows: "installation",
  });
  await makeTable(schema, "credentials", {
    columns: {
      id: "text",
      person_id: "text",
      account_id: "text",
      provider_id: "text",
      access_token: "text?",
      refresh_token: "text?",
      id_token: "text?",
      access_token_expires_at: "moment?",
      refresh_token_expires_at: "moment?",
      scope: "text?",
      password: "text?",
      ...times,
    },
    key: ["id"],
    unique: [["provider_id", "account_id"]],
    indexes: [["person_id"]],
    belongs: of_person,
    rows: "installation",
  });
  await makeTable(schema, "verifications", {
    columns: { id: "text", identifier: "text", value: "text", expires_at: "moment", ...times },
    key: ["id"],
    indexes: [["identifier"]],
    rows: "installation",
  });
}
