// Transactions of both databases: bound to a workspace or, for the directory and the job queue, to all of them; tried again
// when PostgreSQL finds that two of them collided.
import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, LIMITS, type WorkspaceName } from "@holdfast/base";
import type { Kysely } from "kysely";
import type { Database } from "./database.ts";
import { isCollision, presentError } from "./errors.ts";
import { EVERY_WORKSPACE, type Tenancy } from "./postgres/tenancy.ts";

const FIRST_PAUSE_MS = 10;

export type Transactions = {
  /** `work` may run again, so what it does outside the database must bear that. */
  in<T>(workspace: WorkspaceName, work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  overAll<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
};

/** `tenancy` is undefined where the database has no row-level security. */
export function transactionsOf(db: Kysely<Database>, clock: Clock, tenancy: Tenancy | undefined): Transactions {
  const running = new AsyncLocalStorage<{ open: boolean }>();

  async function once<T>(workspace: WorkspaceName, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    const here = { open: true };
    try {
      return await db.transaction().execute(async (transaction) => {
        await tenancy?.bind(transaction, workspace);
        return running.run(here, () => work(transaction));
      });
    } finally {
      here.open = false;
    }
  }

  async function run<T>(workspace: WorkspaceName, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    // It would wait for the one around it, which waits for it.
    if (running.getStore()?.open) throw new Error("a transaction inside a transaction: use the ports of the outer one");
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(workspace, work);
      } catch (error) {
        if (!isCollision(error) || attempt === LIMITS.transaction_attempts_max) throw presentError(error);
        await clock.sleep(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  return {
    in: async (workspace, work) => {
      if (workspace === EVERY_WORKSPACE || workspace === "") throw new Error(`"${workspace}" is no workspace`);
      return await run(workspace, work);
    },
    overAll: (work) => run(EVERY_WORKSPACE, work),
  };
}
