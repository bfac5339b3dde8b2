// What findings and actions need from a store. Bound to one workspace and one transaction (see Transact).
import type { Id, Instant } from "@holdfast/base";
import type {
  Action,
  AuditPorts,
  Finding,
  Issue,
  IssueEvent,
  OutboxPorts,
  Page,
  PageQuery,
  Weights,
} from "@holdfast/contract";

export type FindingRepository = {
  add(finding: Finding): Promise<void>;
  find(id: Id): Promise<Finding | undefined>;
  list(page: PageQuery): Promise<Page<Finding>>;
  /** The newest finding of this release since `from`, if any. */
  newest(subject: string, release: string, from: Instant): Promise<Finding | undefined>;
  join(id: Id, issue_id: Id): Promise<void>;
  ofIssue(issue_id: Id): Promise<Finding[]>;
};

export type ActionRepository = {
  /** Its `plan` is 0 until `carriedOut`. */
  add(action: Action): Promise<void>;
  find(id: Id): Promise<Action | undefined>;
  /** Keeps the number of the plan that carried the action out. */
  carriedOut(id: Id, plan: number): Promise<void>;
  /** Removes an action that no plan could carry out; the audit trail keeps that it was tried. */
  withdraw(id: Id): Promise<void>;
  markUndone(id: Id, by: Id): Promise<void>;
  list(page: PageQuery): Promise<Page<Action>>;
  between(from: Instant, until: Instant): Promise<Action[]>;
  /** Oldest first. */
  ofIssue(issue_id: Id): Promise<Action[]>;
  /** Weights that hold a subject away from its settings, with the action that set them. */
  overrides(): Promise<{ subject: string; weights: Weights; action_id: Id }[]>;
  /** Undefined weights: back to what the settings declare. */
  saveOverride(subject: string, weights: Weights | undefined, action_id: Id): Promise<void>;
};

/** What actions read and write of issues; the repository of `feedback` has more and fits. */
export type IssueLog = {
  find(id: Id): Promise<Issue | undefined>;
  addEvent(issue_id: Id, event: IssueEvent): Promise<void>;
};

export type IncidentPorts = { findings: FindingRepository; actions: ActionRepository; issues: IssueLog } & OutboxPorts &
  AuditPorts;
