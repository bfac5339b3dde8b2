// Takes in what people say, stores it once, finds the calls behind it and lets its reporter read how far it has come.
// Whether a site or an origin may send at all is decided before, by `control`, which knows the plan.

import {
  type Clock,
  type Id,
  type IdSource,
  type Instant,
  Problem,
  type ReferenceKey,
  type Transact,
  type WorkspaceName,
} from "@holdfast/base";
import type {
  Actor,
  CallStore,
  Feedback,
  FeedbackInput,
  FeedbackQuery,
  FeedbackReceipt,
  FeedbackReport,
  Live,
  Page,
  PageQuery,
} from "@holdfast/contract";
import type { z } from "zod";
import { linkFeedback } from "./link.ts";
import { feedbackOf, isRepeat } from "./model/receive.ts";
import { isTokenOf, reportToken } from "./model/report-token.ts";
import type { FeedbackPorts, FeedbackRow } from "./ports.ts";
import { tellReceived } from "./tell.ts";

/** `actor`: the person or token who wrote it down for somebody else. */
export type FeedbackOrigin = { channel: Feedback["channel"]; actor?: Actor };

export type FeedbackTools = {
  transact: Transact<FeedbackPorts>;
  clock: Clock;
  ids: IdSource;
  reference_key(workspace: WorkspaceName): ReferenceKey;
  calls: CallStore;
  live: Live;
};

export type FeedbackService = {
  /** Problem("conflict") when the idempotency key already stands for something else. */
  receive(workspace: WorkspaceName, input: FeedbackInput, from: FeedbackOrigin): Promise<FeedbackReceipt>;
  /** Problem("not_found") for an unknown id and for a wrong token alike. */
  report(workspace: WorkspaceName, id: Id, token: string): Promise<FeedbackReport>;
  /** Job `feedback.link`: "later" means records are still on their way; ask again. */
  link(workspace: WorkspaceName, feedback_id: Id): Promise<"linked" | "later">;
  get(workspace: WorkspaceName, id: Id): Promise<Feedback>;
  list(workspace: WorkspaceName, query: z.output<typeof FeedbackQuery>, page: PageQuery): Promise<Page<Feedback>>;
  /** Newest first, at most `most`. */
  between(workspace: WorkspaceName, from: Instant, until: Instant, most: number): Promise<Feedback[]>;
  countNew(workspace: WorkspaceName): Promise<number>;
};

export function createFeedbackService(tools: FeedbackTools): FeedbackService {
  const { transact } = tools;
  return {
    receive: (workspace, input, from) => receive(tools, workspace, input, from),
    report: (workspace, id, token) => transact(workspace, (ports) => readReport(ports, id, token)),
    link: (workspace, feedback_id) => linkFeedback(tools, workspace, feedback_id),
    get: (workspace, id) => transact(workspace, (ports) => readFeedback(ports, id)),
    list: (workspace, query, page) => transact(workspace, ({ feedback }) => feedback.list(query, page)),
    between: (workspace, from, until, most) =>
      transact(workspace, ({ feedback }) => feedback.between(from, until, most)),
    countNew: (workspace) => transact(workspace, ({ feedback }) => feedback.countNew()),
  };
}

async function receive(
  tools: FeedbackTools,
  workspace: WorkspaceName,
  input: FeedbackInput,
  { channel, actor }: FeedbackOrigin,
): Promise<FeedbackReceipt> {
  const key = tools.reference_key(workspace);
  const row = feedbackOf(input, { id: tools.ids(), now: tools.clock.now(), channel, key });
  const stored = await tools.transact(workspace, (ports) => storeOnce(ports, tools, row, actor));
  if (stored.id === row.id) tools.live.changed(workspace, "feedback", row.id);
  const { id, status, calls } = stored;
  return { id, token: reportToken(key, id), status, references_accepted: calls.length };
}

async function storeOnce(
  ports: FeedbackPorts,
  { ids }: FeedbackTools,
  row: FeedbackRow,
  actor: Actor | undefined,
): Promise<FeedbackRow> {
  if (!(await ports.feedback.add(row))) return await storedBefore(ports, row);
  await tellReceived(ports, row);
  if (row.calls.length > 0) await ports.outbox.add({ kind: "feedback.link", payload: { feedback_id: row.id } });
  if (actor) {
    const detail = { channel: row.channel, site: row.site };
    await ports.audit.add({ id: ids(), at: row.created_at, actor, what: "feedback.add", target: row.id, detail });
  }
  return row;
}

async function storedBefore(ports: FeedbackPorts, row: FeedbackRow): Promise<FeedbackRow> {
  const { site, idempotency_key } = row;
  const stored = site && idempotency_key && (await ports.feedback.findByKey(site, idempotency_key));
  if (stored && isRepeat(stored, row)) return stored;
  throw new Problem("conflict", { detail: "This idempotency key already stands for another feedback." });
}

/** Without what only the reporter may know. */
function presentFeedback({ token_hash: _, idempotency_key: __, ...feedback }: FeedbackRow): Feedback {
  return feedback;
}

async function readFeedback({ feedback }: FeedbackPorts, id: Id): Promise<Feedback> {
  const row = await feedback.find(id);
  if (!row) throw new Problem("not_found", { detail: `There is no feedback ${id}.` });
  return presentFeedback(row);
}

async function readReport({ feedback }: FeedbackPorts, id: Id, token: string): Promise<FeedbackReport> {
  const row = await feedback.find(id);
  if (!row || !isTokenOf(row.token_hash, token)) throw new Problem("not_found", { detail: "There is no such report." });
  const { message, created_at, status } = row;
  return { id, message, created_at, status, history: await feedback.history(id) };
}
