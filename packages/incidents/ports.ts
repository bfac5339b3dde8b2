// What findings and actions need from a store. Bound to one workspace and one transaction (see Transact).
import type { Id, Instant } from "@holdfast/base";
import type { Action, AuditPorts, Finding, OutboxPorts, Page, PageQuery, Weights } from "@holdfast/contract";

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
  add(action: Action): Promise<void>;
  find(id: Id): Promise<Action | undefined>;
  markUndone(id: Id, by: Id): Promise<void>;
  list(page: PageQuery): Promise<Page<Action>>;
  between(from: Instant, until: Instant): Promise<Action[]>;
  /** Weights that hold a subject away from its settings, with the action that set them. */
  overrides(): Promise<{ subject: string; weights: Weights; action_id: Id }[]>;
  /** Undefined weights: back to what the settings declare. */
  saveOverride(subject: string, weights: Weights | undefined, action_id: Id): Promise<void>;
};

export type IncidentPorts = { findings: FindingRepository; actions: ActionRepository } & OutboxPorts & AuditPorts;
