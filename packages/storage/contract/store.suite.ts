// The one contract of storage, run on each database: sqlite/store.test.ts and postgres/store.test.ts.
import { describe } from "vitest";
import { directorySuite } from "./directory.suite.ts";
import { feedbackSuite } from "./feedback.suite.ts";
import { incidentsSuite } from "./incidents.suite.ts";
import { issuesSuite } from "./issues.suite.ts";
import { jobsSuite } from "./jobs.suite.ts";
import { launchesSuite } from "./launches.suite.ts";
import { pagingSuite } from "./paging.suite.ts";
import { peopleSuite } from "./people.suite.ts";
import { settingsSuite } from "./settings.suite.ts";
import { tenancySuite } from "./tenancy.suite.ts";
import { transactionsSuite } from "./transactions.suite.ts";
import type { FreshDatabase } from "./world.ts";

export function storeSuite(freshDatabase: FreshDatabase): void {
  describe("feedback", () => feedbackSuite(freshDatabase));
  describe("issues", () => issuesSuite(freshDatabase));
  describe("findings and actions", () => incidentsSuite(freshDatabase));
  describe("launches", () => launchesSuite(freshDatabase));
  describe("settings and plans", () => settingsSuite(freshDatabase));
  describe("people and tokens", () => peopleSuite(freshDatabase));
  describe("directory", () => directorySuite(freshDatabase));
  describe("jobs", () => jobsSuite(freshDatabase));
  describe("pages", () => pagingSuite(freshDatabase));
  describe("tenancy", () => tenancySuite(freshDatabase));
  describe("transactions", () => transactionsSuite(freshDatabase));
}
