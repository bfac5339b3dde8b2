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
  Promotion,
  Weights,
} from "@holdfast/contract";

export type FindingRepository = {
  /** Until the transaction ends, nobody else who asks for the same decides about findings of this release. */
  hold(subject: string, release: string): Promise<void>;
  add(finding: Finding): Promise<void>;
  find(id: Id): Promise<Finding | undefined>;
  list(page: PageQuery): Promise<Page<Finding>>;
  /** The newest finding of this release since `from`, if any. */
  newest(subject: string, release: string, from: Instant): Promise<Finding | undefined>;
  join(id: Id, issue_id: Id): Promise<void>;
  ofIssue(issue_id: Id): Promise<Finding[]>;
};

export type ActionRepository = {
  /** Until the transaction ends, nobody else who asks for the same moves this subject's traffic. */
  hold(subject: string): Promise<void>;
  /** Its `plan` is 0 until `carriedOut`. */
  add(action: Action): Promise<void>;
  find(id: Id): Promise<Action | undefined>;
  /** Keeps the number of the plan that carried the action out. False: it is withdrawn, or has its number already. */
  carriedOut(id: Id, plan: number): Promise<boolean>;
  /** Begun before this time and without a plan; oldest first. */
  unfinished(before: Instant): Promise<Action[]>;
  /** Removes an action that no plan could carry out; the audit trail keeps that it was tried. */
  withdraw(id: Id): Promise<void>;
  markUndone(id: Id, by: Id | null): Promise<void>;
  list(page: PageQuery): Promise<Page<Action>>;
  between(from: Instant, until: Instant): Promise<Action[]>;
  /** Oldest first. */
  ofIssue(issue_id: Id): Promise<Action[]>;
  /** All that actions hold away from the settings. */
  overrides(): Promise<Override[]>;
  saveOverride(override: Override): Promise<void>;
  /** Back to what the settings declare. */
  endOverride(subject: string, holds: Override["holds"]): Promise<void>;
};

/** How traffic is shared, and the releases that no rule leads to either. */
export type Traffic = { weights: Weights; closed: readonly string[] };

/** Whether callers are served. */
export type Switch = { enabled: boolean };

/**
 * What an action holds away from the settings. A subject's traffic and its switch are held apart: who moves traffic of what is
 * switched off does not switch it on, and a switch keeps no shares.
 */
export type Override = { subject: string; action_id: Id } & (TrafficHold | SwitchHold);
export type TrafficHold = Traffic & { holds: "traffic" };
export type SwitchHold = Switch & { holds: "switch" };

export type PromotionRepository = {
  add(promotion: Promotion): Promise<void>;
  save(promotion: Promotion): Promise<void>;
  remove(id: Id): Promise<void>;
  newest(subject: string): Promise<Promotion | undefined>;
  /** Running or paused. */
  open(): Promise<Promotion[]>;
  /** The newest of each subject. */
  latest(): Promise<Promotion[]>;
};

/** What actions read and write of issues; the repository of `feedback` has more and fits. */
export type IssueLog = {
  find(id: Id): Promise<Issue | undefined>;
  addEvent(issue_id: Id, event: IssueEvent): Promise<void>;
};

export type IncidentPorts = {
  findings: FindingRepository;
  actions: ActionRepository;
  promotions: PromotionRepository;
  issues: IssueLog;
} & OutboxPorts &
  AuditPorts;
