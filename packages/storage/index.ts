// Storage: SQLite or PostgreSQL behind the ports of the domain packages.
export { openStore, type Store, type StorePorts } from "./open-store.ts";
export { lockDatabase, lockHolder } from "./sqlite/lock.ts";
export { sqliteFile } from "./sqlite/open.ts";
export { processMark, runningProcess } from "./sqlite/process-mark.ts";
