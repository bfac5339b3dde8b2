// Identity on each database: sqlite/identity.test.ts and postgres/identity.test.ts.
import { describe } from "vitest";
import { identityPeopleSuite } from "./identity-people.suite.ts";
import { identitySessionsSuite } from "./identity-sessions.suite.ts";
import { identitySetupSuite } from "./identity-setup.suite.ts";
import { identityTokensSuite } from "./identity-tokens.suite.ts";
import type { FreshDatabase } from "./world.ts";

export function identitySuite(freshDatabase: FreshDatabase): void {
  describe("setup", () => identitySetupSuite(freshDatabase));
  describe("sessions", () => identitySessionsSuite(freshDatabase));
  describe("people", () => identityPeopleSuite(freshDatabase));
  describe("tokens", () => identityTokensSuite(freshDatabase));
}
