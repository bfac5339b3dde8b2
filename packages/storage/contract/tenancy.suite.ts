// Rows of another workspace do not exist: a neighbour who knows every id finds nothing and changes nothing.
import { Problem } from "@holdfast/base";
import { SYSTEM } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import type { StorePorts } from "../open-store.ts";
import { action, apiToken, auditEntry, feedback, finding, issue, issueEvent, launch, promotion } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, type World, within } from "./world.ts";

type Ids = Record<"feedback" | "issue" | "finding" | "action" | "promotion" | "launch" | "token" | "person", string>;

/** What a neighbour may try with ids that are not theirs, and all that they may learn. */
const READS: Record<string, [(ports: StorePorts, ids: Ids) => Promise<unknown>, unknown]> = {
  "feedback.find": [({ feedback }, ids) => feedback.find(ids.feedback), undefined],
  "feedback.findByKey": [({ feedback }) => feedback.findByKey("shop", "key-0001"), undefined],
  "feedback.list": [({ feedback }) => feedback.list({ state: "all" }, { limit: 9 }), { items: [], next: null }],
  "feedback.between": [({ feedback }) => feedback.between(0, 2e12, 9), []],
  "feedback.history": [({ feedback }, ids) => feedback.history(ids.feedback), []],
  "feedback.ofIssue": [({ feedback }, ids) => feedback.ofIssue(ids.issue), []],
  "feedback.countNew": [({ feedback }) => feedback.countNew(), 0],
  "issues.find": [({ issues }, ids) => issues.find(ids.issue), undefined],
  "issues.hold": [({ issues }, ids) => issues.hold(ids.issue), undefined],
  "issues.findOpenByFingerprint": [
    ({ issues }) => issues.findOpenByFingerprint("routes.orders upstream_error 500"),
    undefined,
  ],
  "issues.list": [({ issues }) => issues.list({ state: "all" }, { limit: 9 }), { items: [], next: null }],
  "issues.events": [({ issues }, ids) => issues.events(ids.issue), []],
  "issues.countOpen": [({ issues }) => issues.countOpen(), 0],
  "issues.criticalSince": [({ issues }) => issues.criticalSince(0), []],
  "findings.find": [({ findings }, ids) => findings.find(ids.finding), undefined],
  "findings.list": [({ findings }) => findings.list({ limit: 9 }), { items: [], next: null }],
  "findings.newest": [({ findings }) => findings.newest("routes.orders", "v2", 0), undefined],
  "findings.ofIssue": [({ findings }, ids) => findings.ofIssue(ids.issue), []],
  "actions.find": [({ actions }, ids) => actions.find(ids.action), undefined],
  "actions.list": [({ actions }) => actions.list({ limit: 9 }), { items: [], next: null }],
  "actions.between": [({ actions }) => actions.between(0, 2e12), []],
  "actions.ofIssue": [({ actions }, ids) => actions.ofIssue(ids.issue), []],
  "actions.unfinished": [({ actions }) => actions.unfinished(2e12), []],
  "promotions.newest": [({ promotions }) => promotions.newest("routes.orders"), undefined],
  "promotions.open": [({ promotions }) => promotions.open(), []],
  "promotions.latest": [({ promotions }) => promotions.latest(), []],
  "actions.overrides": [({ actions }) => actions.overrides(), []],
  "launches.find": [({ launches }, ids) => launches.find(ids.launch), undefined],
  "launches.findByName": [({ launches }) => launches.findByName("spring"), undefined],
  "launches.list": [({ launches }) => launches.list({ limit: 9 }), { items: [], next: null }],
  "launches.current": [({ launches }) => launches.current(1_767_650_000_000), undefined],
  "members.list": [({ members }) => members.list(), []],
  "members.find": [({ members }, ids) => members.find(ids.person), undefined],
  "members.countAdmins": [({ members }) => members.countAdmins(), 0],
  "tokens.list": [({ tokens }) => tokens.list(), []],
  "tokens.find": [({ tokens }, ids) => tokens.find(ids.token), undefined],
  "settings.newest": [({ settings }) => settings.newest(), undefined],
  "settings.list": [({ settings }) => settings.list(9), []],
  "plans.between": [({ plans }) => plans.between(0, 2e12), []],
  "audit.list": [({ audit }) => audit.list({ limit: 9 }), { items: [], next: null }],
};

const held = { subject: "routes.orders", action_id: "mine" };

const WRITES: Record<string, (ports: StorePorts, ids: Ids) => Promise<unknown>> = {
  "feedback.saveCalls": ({ feedback }, ids) => feedback.saveCalls(ids.feedback, []),
  "feedback.join": ({ feedback }, ids) => feedback.join(ids.feedback, ids.issue, "mine"),
  "feedback.saveStatus": ({ feedback }, ids) => feedback.saveStatus(ids.feedback, "declined", 1, null),
  "issues.save": ({ issues }, ids) => issues.save(issue(ids.issue, { title: "mine" })),
  "issues.addEvent": ({ issues }, ids) => issues.addEvent(ids.issue, issueEvent("e2", { text: "mine" })),
  "findings.join": ({ findings }, ids) => findings.join(ids.finding, ids.issue),
  "actions.carriedOut": ({ actions }, ids) => actions.carriedOut(ids.action, 99),
  "actions.markUndone": ({ actions }, ids) => actions.markUndone(ids.action, "mine"),
  "actions.withdraw": ({ actions }, ids) => actions.withdraw(ids.action),
  "actions.saveOverride": ({ actions }) =>
    actions.saveOverride({ ...held, holds: "traffic", weights: { v2: 1 }, closed: [] }),
  "actions.saveOverride of a switch": ({ actions }) =>
    actions.saveOverride({ ...held, holds: "switch", enabled: true }),
  "actions.endOverride": ({ actions }) => actions.endOverride("routes.orders", "traffic"),
  "actions.endOverride of a switch": ({ actions }) => actions.endOverride("routes.orders", "switch"),
  "promotions.save": ({ promotions }, ids) => promotions.save(promotion(ids.promotion, { why: "mine" })),
  "promotions.remove": ({ promotions }, ids) => promotions.remove(ids.promotion),
  "launches.save": ({ launches }, ids) => launches.save(launch(ids.launch, { phase: "exit" })),
  "members.setRole": ({ members }, ids) => members.setRole(ids.person, "viewer"),
  "members.remove": ({ members }, ids) => members.remove(ids.person),
  "tokens.revoke": ({ tokens }, ids) => tokens.revoke(ids.token, 1),
};

export function tenancySuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  describe("a neighbour", () => {
    test.each(Object.entries(READS))("learns nothing from %s, which tells the owner something", async (_, read) => {
      const [ask, nothing] = read;
      const { owner, ids } = await furnished(world());
      expect(await within(world(), newWorkspace())((ports) => ask(ports, ids))).toEqual(nothing);
      expect(await within(world(), owner)((ports) => ask(ports, ids))).not.toEqual(nothing);
    });

    test.each(Object.entries(WRITES))("changes nothing with %s", async (_, write) => {
      const { owner, ids } = await furnished(world());
      const before = await everything(world(), owner, ids);
      // Whether it is refused or simply meets no row, the owner's rows stay as they are.
      await within(
        world(),
        newWorkspace(),
      )((ports) => write(ports, ids)).catch((error: unknown) => {
        if (!(error instanceof Problem) && !/foreign key/i.test(String(error))) throw error;
      });
      expect(await everything(world(), owner, ids)).toEqual(before);
    });
  });

  test.each(["", "*"])("%j is no workspace", async (name) => {
    await expect(world().store.transact(name, async () => undefined)).rejects.toThrow("is no workspace");
  });
}

async function everything(world: World, workspace: string, ids: Ids): Promise<Record<string, unknown>> {
  return await within(
    world,
    workspace,
  )(async (ports) => {
    const all: Record<string, unknown> = {};
    for (const [name, [ask]] of Object.entries(READS)) all[name] = await ask(ports, ids);
    return all;
  });
}

/** A workspace with one row of each kind. */
async function furnished(world: World): Promise<{ owner: string; ids: Ids }> {
  const owner = newWorkspace();
  const make = world.ids;
  const ids: Ids = {
    feedback: make(),
    issue: make(),
    finding: make(),
    action: make(),
    promotion: make(),
    launch: make(),
    token: make(),
    person: make(),
  };
  await world.store.directory(({ accounts }) =>
    accounts.add({ id: ids.person, name: "Ada", email: `${ids.person}@example.com` }, 1),
  );
  await within(world, owner)((ports) => furnish(ports, owner, ids, make));
  return { owner, ids };
}

async function furnish(ports: StorePorts, workspace: string, ids: Ids, make: () => string): Promise<void> {
  await ports.issues.add(issue(ids.issue, { severity: 1 }));
  await ports.issues.addEvent(ids.issue, issueEvent(make()));
  await ports.feedback.add(feedback(ids.feedback, { idempotency_key: "key-0001" }));
  await ports.feedback.saveStatus(ids.feedback, "received", 1, null);
  await ports.feedback.join(ids.feedback, ids.issue, "same");
  await ports.feedback.add(feedback(make()));
  await ports.findings.add(finding(ids.finding, { issue_id: ids.issue }));
  await ports.actions.add(action(ids.action, { issue_id: ids.issue }));
  const held = { subject: "routes.orders", action_id: ids.action };
  await ports.actions.saveOverride({ ...held, holds: "traffic", weights: { v1: 1 }, closed: [] });
  await ports.actions.saveOverride({ ...held, holds: "switch", enabled: false });
  await ports.promotions.add(promotion(ids.promotion));
  await ports.launches.add(launch(ids.launch));
  await ports.members.add(ids.person, "admin", 1);
  await ports.tokens.add({ ...apiToken(ids.token), workspace, secret_hash: ids.token });
  await ports.settings.add({ version: 1, source: "api", text: "", applied_at: 1, by: SYSTEM });
  await ports.plans.add({ made_at: 1, because: "first", workspace });
  await ports.audit.add(auditEntry(make()));
}
