// What detectors saw.
import type { Finding } from "@holdfast/contract";
import type { FindingRepository } from "@holdfast/incidents";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";
import { holdName } from "./locks.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

export function findingRepository(scope: Scope): FindingRepository {
  const { db, workspace } = scope;
  return {
    hold: (subject, release) => holdName(scope, `finding/${subject}@${release}`),
    add: async (finding) =>
      void (await db
        .insertInto("findings")
        .values({ ...finding, workspace })
        .execute()),
    join: async (id, issue_id) => {
      const one = db.updateTable("findings").where("workspace", "=", workspace).where("id", "=", id);
      mustHaveChanged(await one.set({ issue_id }).executeTakeFirst(), "finding");
    },
    ...findingReads(scope),
  };
}

function findingReads({ db, workspace }: Scope): Pick<FindingRepository, "find" | "list" | "newest" | "ofIssue"> {
  const all = () => db.selectFrom("findings").selectAll().where("workspace", "=", workspace);
  const newestFirst = () => all().orderBy("at", "desc").orderBy("id", "desc");

  return {
    find: async (id) => {
      const row = await all().where("id", "=", id).executeTakeFirst();
      return row && findingOf(row);
    },
    list: async (page) => {
      const rows = await newestFirst()
        .where(olderThan(page, "at", "id"))
        .limit(rowsWanted(page))
        .execute();
      return cutPage(page, rows, (row) => row, findingOf);
    },
    newest: async (subject, release, from) => {
      const same = newestFirst().where("subject", "=", subject).where("release", "=", release);
      const row = await same.where("at", ">=", from).limit(1).executeTakeFirst();
      return row && findingOf(row);
    },
    ofIssue: async (issue_id) => (await newestFirst().where("issue_id", "=", issue_id).execute()).map(findingOf),
  };
}

function findingOf({ workspace: _, ...finding }: Selectable<Database["findings"]>): Finding {
  return finding;
}
