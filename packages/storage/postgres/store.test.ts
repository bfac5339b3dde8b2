import { part } from "../../../tests/parts/index.ts";
import { storeSuite } from "../contract/store.suite.ts";

const postgres = await part("postgres");

postgres.describe("PostgreSQL", ({ freshDatabase }) => storeSuite(freshDatabase));
