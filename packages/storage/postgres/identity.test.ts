import { part } from "../../../tests/parts/index.ts";
import { identitySuite } from "../contract/identity.suite.ts";

const postgres = await part("postgres");

postgres.describe("identity in PostgreSQL", ({ freshDatabase }) => identitySuite(freshDatabase));
