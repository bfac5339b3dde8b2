import { describe } from "vitest";
import { identitySuite } from "../contract/identity.suite.ts";

describe("identity in SQLite", () => identitySuite(async () => "sqlite::memory:"));
