// What feedback and issues need from a store. Every port is bound to one workspace and one transaction (see Transact).
import type { Id, Instant } from "@holdfast/base";
import type {
  AuditPorts,
  Feedback,
  FeedbackQuery,
  Finding,
  Issue,
  IssueEvent,
  IssueQuery,
  LinkedCall,
  OutboxPorts,
  Page,
  PageQuery,
  ReportStatus,
} from "@holdfast/contract";
import type { z } from "zod";

/** A feedback as stored. `token_hash` is SHA-256 of the reporter's token, hexadecimal. */
export type FeedbackRow = Feedback & { token_hash: string; idempotency_key: string | null };

export type FeedbackRepository = {
  /** False when the idempotency key is already taken for this site: nothing was written. */
  add(row: FeedbackRow): Promise<boolean>;
  find(id: Id): Promise<FeedbackRow | undefined>;
  findByKey(site: string, idempotency_key: string): Promise<FeedbackRow | undefined>;
  list(query: z.output<typeof FeedbackQuery>, page: PageQuery): Promise<Page<Feedback>>;
  /** Newest first, at most `most`; for the tide and for counts by release. */
  between(from: Instant, until: Instant, most: number): Promise<Feedback[]>;
  saveCalls(id: Id, calls: LinkedCall[]): Promise<void>;
  join(id: Id, issue_id: Id, because: string): Promise<void>;
  saveStatus(id: Id, status: ReportStatus, at: Instant, note: string | null): Promise<void>;
  /** Oldest first. */
  history(id: Id): Promise<{ status: ReportStatus; at: Instant; note: string | null }[]>;
  ofIssue(issue_id: Id): Promise<Feedback[]>;
  countNew(): Promise<number>;
};

export type IssueRepository = {
  /** Draws the next number of the workspace inside the transaction. */
  nextNumber(): Promise<number>;
  add(issue: Issue): Promise<void>;
  find(id: Id): Promise<Issue | undefined>;
  /** Finds it to change it: until this transaction ends no other one changes it, so what is written rests on what was read. */
  hold(id: Id): Promise<Issue | undefined>;
  /** The newest open issue (not resolved, deferred or declined) with this fingerprint. */
  findOpenByFingerprint(fingerprint: string): Promise<Issue | undefined>;
  list(query: z.output<typeof IssueQuery>, page: PageQuery): Promise<Page<Issue>>;
  /** Writes all fields but `voices` and `findings`, which are counted from their rows. */
  save(issue: Issue): Promise<void>;
  addEvent(issue_id: Id, event: IssueEvent): Promise<void>;
  /** Oldest first. */
  events(issue_id: Id): Promise<IssueEvent[]>;
  countOpen(): Promise<number>;
  /** Creation times of severity 1 issues since `from`, oldest first; open ones of any age are included. */
  criticalSince(from: Instant): Promise<{ created_at: Instant; resolved_at: Instant | null }[]>;
};

/** What issues read and write of findings; the repository of `incidents` has more and fits. */
export type FindingLinks = {
  find(id: Id): Promise<Finding | undefined>;
  join(id: Id, issue_id: Id): Promise<void>;
  ofIssue(issue_id: Id): Promise<Finding[]>;
};

export type FeedbackPorts = {
  feedback: FeedbackRepository;
  issues: IssueRepository;
  findings: FindingLinks;
} & OutboxPorts &
  AuditPorts;
