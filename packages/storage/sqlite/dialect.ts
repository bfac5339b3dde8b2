// Kysely over `node:sqlite`. One connection, which Kysely hands out to one transaction at a time; a transaction takes the write
// lock at its start, so that what it read cannot have changed when it writes.
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => sqliteDriver(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** SQLite rolls tables back like rows, so a migration that is cut off leaves nothing behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): true {
    return true;
  }
}

function sqliteDriver(database: DatabaseSync): Driver {
  const connection = connectionOf(database);
  const run = async (statement: string) => void (await connection.executeQuery(CompiledQuery.raw(statement)));
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    beginTransaction: () => run("begin immediate"),
    commitTransaction: () => run("commit"),
    // SQLite may have rolled back by itself, for instance when the disk is full.
    rollbackTransaction: async () => (database.isTransaction ? run("rollback") : undefined),
    destroy: async () => database.close(),
  };
}

function connectionOf(database: DatabaseSync): DatabaseConnection {
  return {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      const statement = database.prepare(sql);
      const values = parameters as SQLInputValue[];
      if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    // biome-ignore lint/correctness/useYield: Kysely asks for a generator, and this one only refuses
    streamQuery: async function* () {
      throw new Error("queries are not streamed: read pages");
    },
  };
}
