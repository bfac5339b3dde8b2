// Issues: made by a person, by a report whose calls failed, or by a finding; worked on by the team; told to their reporters.

import {
  type Clock,
  type Id,
  type IdSource,
  type Instant,
  Problem,
  presentMany,
  type Transact,
  type WorkspaceName,
} from "@holdfast/base";
import type {
  Actor,
  Feedback,
  FeedbackIssueInput,
  Finding,
  Issue,
  IssueEvent,
  IssueInput,
  IssuePatch,
  IssueQuery,
  Live,
  Page,
  PageQuery,
  PersonRef,
} from "@holdfast/contract";
import type { z } from "zod";
import { addEvent } from "./join.ts";
import { joinFinding } from "./join-finding.ts";
import { makeIssue, placeFeedback } from "./make-issue.ts";
import { decidePatch, type Patched } from "./model/decide-patch.ts";
import type { FeedbackPorts } from "./ports.ts";
import { tell } from "./tell.ts";

export type IssueTools = { transact: Transact<FeedbackPorts>; clock: Clock; ids: IdSource; live: Live };

/** Whoever a person id stands for in this workspace. */
export type FindPerson = (id: Id) => PersonRef | undefined | Promise<PersonRef | undefined>;

export type IssueService = {
  create(workspace: WorkspaceName, input: IssueInput, actor: Actor): Promise<Issue>;
  /** Problem("conflict") for a move that is not allowed, Problem("invalid_input") for a missing reason or unknown owner. */
  patch(workspace: WorkspaceName, id: Id, patch: IssuePatch, actor: Actor, people: FindPerson): Promise<Issue>;
  get(workspace: WorkspaceName, id: Id): Promise<Issue>;
  list(workspace: WorkspaceName, query: z.output<typeof IssueQuery>, page: PageQuery): Promise<Page<Issue>>;
  /** Oldest first. */
  events(workspace: WorkspaceName, id: Id): Promise<IssueEvent[]>;
  /** Newest first. */
  feedback(workspace: WorkspaceName, id: Id): Promise<Feedback[]>;
  note(workspace: WorkspaceName, id: Id, text: string, actor: Actor): Promise<Issue>;
  /** Puts a feedback into the named issue or, without one, into a new issue. Also out of another issue. */
  joinFeedback(
    workspace: WorkspaceName,
    feedback_id: Id,
    input: z.output<typeof FeedbackIssueInput>,
    actor: Actor,
  ): Promise<Issue>;
  /** The open issue about the same failing release, or a new one. May be repeated: a finding joins once. */
  joinFinding(workspace: WorkspaceName, finding: Finding): Promise<Issue>;
  countOpen(workspace: WorkspaceName): Promise<number>;
  /** See IssueRepository. */
  criticalSince(
    workspace: WorkspaceName,
    from: Instant,
  ): Promise<{ created_at: Instant; resolved_at: Instant | null }[]>;
};

export function createIssueService(tools: IssueTools): IssueService {
  const { transact } = tools;
  return {
    create: (workspace, input, actor) => change(tools, workspace, (ports) => makeIssue(ports, tools, input, actor)),
    async joinFeedback(workspace, feedback_id, input, actor) {
      const placing = { feedback_id, input, actor };
      const issue = await change(tools, workspace, (ports) => placeFeedback(ports, tools, placing));
      tools.live.changed(workspace, "feedback", feedback_id);
      return issue;
    },
    async joinFinding(workspace, finding) {
      const issue = await change(tools, workspace, (ports) => joinFinding(ports, tools, finding));
      tools.live.changed(workspace, "findings", finding.id);
      return issue;
    },
    async patch(workspace, id, patch, actor, people) {
      const owner = await ownerOf(patch, people);
      return await change(tools, workspace, (ports) => patchIssue(ports, tools, { id, patch, owner, actor }));
    },
    note: (workspace, id, text, actor) =>
      change(tools, workspace, (ports) => addNote(ports, tools, { id, text, actor })),
    get: (workspace, id) => transact(workspace, (ports) => findIssue(ports, id)),
    list: (workspace, query, page) => transact(workspace, ({ issues }) => issues.list(query, page)),
    events: (workspace, id) => transact(workspace, ({ issues }) => issues.events(id)),
    feedback: (workspace, id) => transact(workspace, ({ feedback }) => feedback.ofIssue(id)),
    countOpen: (workspace) => transact(workspace, ({ issues }) => issues.countOpen()),
    criticalSince: (workspace, from) => transact(workspace, ({ issues }) => issues.criticalSince(from)),
  };
}

/** One transaction, then word to the open consoles. Resolves with the issue as it is then. */
async function change(
  { transact, live }: IssueTools,
  workspace: WorkspaceName,
  work: (ports: FeedbackPorts) => Promise<Id>,
): Promise<Issue> {
  const issue = await transact(workspace, async (ports) => findIssue(ports, await work(ports)));
  live.changed(workspace, "issues", issue.id);
  return issue;
}

async function findIssue({ issues }: FeedbackPorts, id: Id): Promise<Issue> {
  return mustExist(await issues.find(id), id);
}

async function holdIssue({ issues }: FeedbackPorts, id: Id): Promise<Issue> {
  return mustExist(await issues.hold(id), id);
}

function mustExist(issue: Issue | undefined, id: Id): Issue {
  if (!issue) throw new Problem("not_found", { detail: `There is no issue ${id}.` });
  return issue;
}

/** Asked before the transaction, because people are kept by another room. */
async function ownerOf({ owner_id }: IssuePatch, people: FindPerson): Promise<PersonRef | null | undefined> {
  if (owner_id === undefined || owner_id === null) return owner_id;
  const person = await people(owner_id);
  if (person) return { id: person.id, name: person.name };
  const message = "is nobody in this workspace";
  throw new Problem("invalid_input", { errors: [{ path: "owner_id", message }] });
}

type Patching = { id: Id; patch: IssuePatch; owner: PersonRef | null | undefined; actor: Actor };

async function patchIssue(ports: FeedbackPorts, tools: IssueTools, { id, patch, owner, actor }: Patching): Promise<Id> {
  const now = tools.clock.now();
  const decided = decidePatch(await holdIssue(ports, id), patch, { owner, now });
  if (!decided.ok) throw decided.error;
  const { issue, events, tell: telling } = decided.value;
  if (events.length === 0) return id;
  await ports.issues.save(issue);
  for (const event of events) await addEvent(ports, tools, id, { ...event, actor });
  if (telling) await tellAll(ports, tools, { id, actor, ...telling });
  await ports.audit.add({ id: tools.ids(), at: now, actor, what: "issue.update", target: id, detail: { ...patch } });
  return id;
}

async function tellAll(
  ports: FeedbackPorts,
  tools: IssueTools,
  { id, actor, status, note }: NonNullable<Patched["tell"]> & { id: Id; actor: Actor },
): Promise<void> {
  const reporters = await ports.feedback.ofIssue(id);
  for (const reporter of reporters) await tell(ports, reporter, { status, note, now: tools.clock.now() });
  if (reporters.length === 0) return;
  const text = `${presentMany(reporters.length, "reporter")} told: ${status}.${note ? ` “${note}”` : ""}`;
  await addEvent(ports, tools, id, { kind: "told", actor, text });
}

async function addNote(
  ports: FeedbackPorts,
  tools: IssueTools,
  { id, text, actor }: { id: Id; text: string; actor: Actor },
): Promise<Id> {
  const issue = await holdIssue(ports, id);
  await addEvent(ports, tools, id, { kind: "note", actor, text });
  await ports.issues.save({ ...issue, updated_at: tools.clock.now() });
  return id;
}
