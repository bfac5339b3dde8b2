// Pages of every list: newest first, no row twice or missed, and a cursor that nobody made up.
import type { Page, PageQuery } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import type { StorePorts } from "../open-store.ts";
import { action, auditEntry, feedback, finding, issue, launch } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

type Listed = {
  add(ports: StorePorts, id: string, at: number, number: number): Promise<unknown>;
  list(ports: StorePorts, page: PageQuery): Promise<Page<{ id: string }>>;
};

const LISTS: Record<string, Listed> = {
  feedback: {
    add: (ports, id, created_at) => ports.feedback.add(feedback(id, { created_at })),
    list: (ports, page) => ports.feedback.list({ state: "all" }, page),
  },
  issues: {
    add: (ports, id, created_at, number) => ports.issues.add(issue(id, { created_at, number })),
    list: (ports, page) => ports.issues.list({ state: "all" }, page),
  },
  findings: {
    add: (ports, id, at) => ports.findings.add(finding(id, { at })),
    list: (ports, page) => ports.findings.list(page),
  },
  actions: {
    add: (ports, id, at) => ports.actions.add(action(id, { at })),
    list: (ports, page) => ports.actions.list(page),
  },
  launches: {
    add: (ports, id, created_at, number) => ports.launches.add(launch(id, { created_at, name: `launch-${number}` })),
    list: (ports, page) => ports.launches.list(page),
  },
  audit: {
    add: (ports, id, at) => ports.audit.add(auditEntry(id, { at })),
    list: (ports, page) => ports.audit.list(page),
  },
};

export function pagingSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  describe.each(Object.entries(LISTS))("%s", (_, listed) => {
    /** Two rows share each moment, so that only the id tells them apart. */
    async function fill(workspace: string): Promise<string[]> {
      const ids = Array.from({ length: 7 }, () => world().ids());
      await world().store.transact(workspace, async (ports) => {
        for (const [index, id] of ids.entries()) await listed.add(ports, id, 100 + Math.floor(index / 2), index + 1);
      });
      return ids.toReversed();
    }

    test("pages follow one another without gap or repetition, even when rows arrive meanwhile", async () => {
      const workspace = newWorkspace();
      const expected = await fill(workspace);
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let turn = 0; turn === 0 || cursor !== undefined; turn++) {
        const query = cursor === undefined ? { limit: 3 } : { limit: 3, cursor };
        const page = await within(world(), workspace)((ports) => listed.list(ports, query));
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next ?? undefined;
        await within(world(), workspace)((ports) => listed.add(ports, world().ids(), 1_000 + turn, 100 + turn));
      }
      expect(seen).toEqual(expected);
    });

    test("a page that holds all the rest says so", async () => {
      const workspace = newWorkspace();
      await fill(workspace);
      const page = await within(world(), workspace)((ports) => listed.list(ports, { limit: 7 }));
      expect([page.items.length, page.next]).toEqual([7, null]);
    });

    test.each(["", "!", "MTAw", Buffer.from("100.x' or 1=1").toString("base64url")])(
      "the cursor %j is refused",
      async (cursor) => {
        const asked = within(world(), newWorkspace())((ports) => listed.list(ports, { limit: 3, cursor }));
        await expect(asked).rejects.toMatchObject({ code: "invalid_input", details: { errors: [{ path: "cursor" }] } });
      },
    );
  });
}
