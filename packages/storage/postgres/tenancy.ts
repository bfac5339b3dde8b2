// Row-level security: what a transaction says about itself before anything else, so that PostgreSQL itself hides the rows of
// other workspaces. The repositories name the workspace in every query as well; this is the second wall.
import type { WorkspaceName } from "@holdfast/base";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.ts";

/** Set for one transaction; the policies of migrations/schema.ts compare with it. Not set: no rows. */
export const WORKSPACE_SETTING = "holdfast.workspace";
/** What the directory and the job queue set, and nobody else: they serve all workspaces. No workspace can have this name. */
export const EVERY_WORKSPACE = "*";
/** Takes the place of a connected role that PostgreSQL would exempt from policies (superusers, BYPASSRLS). */
const TENANT_ROLE = "holdfast_tenant";

export type Tenancy = {
  bind(db: Kysely<Database>, workspace: WorkspaceName | typeof EVERY_WORKSPACE): Promise<void>;
};

/** Looks at who we are connected as, and prepares the substitute role if that one is above policies. */
export async function prepareTenancy(db: Kysely<Database>): Promise<Tenancy> {
  const above = await isAbovePolicies(db);
  if (above) await prepareTenantRole(db);
  return {
    bind: async (transaction, workspace) => {
      if (above && workspace !== EVERY_WORKSPACE) await sql`set local role ${sql.id(TENANT_ROLE)}`.execute(transaction);
      await sql`select set_config(${sql.lit(WORKSPACE_SETTING)}, ${workspace}, true)`.execute(transaction);
    },
  };
}

async function isAbovePolicies(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ above: boolean }>`
    select rolsuper or rolbypassrls as above from pg_roles where rolname = current_user`.execute(db);
  return rows[0]?.above === true;
}

/** Roles belong to the whole server, so another database of it may have made this one, even at this moment. */
async function prepareTenantRole(db: Kysely<Database>): Promise<void> {
  const role = sql.id(TENANT_ROLE);
  await sql`do $$ begin
    if not exists (select from pg_roles where rolname = ${sql.lit(TENANT_ROLE)}) then create role ${role} nologin; end if;
  exception when duplicate_object or unique_violation then null;
  end $$`.execute(db);
  await sql`grant ${role} to current_user`.execute(db);
  await sql`grant usage on schema public to ${role}`.execute(db);
  await sql`grant select, insert, update, delete on all tables in schema public to ${role}`.execute(db);
  // What signs people in is none of a workspace's business.
  await sql`revoke all on sessions, credentials, verifications, links from ${role}`.execute(db);
}
