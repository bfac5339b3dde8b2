// Complete rows to vary: what a test does not mention is here.
import type {
  Action,
  ApiToken,
  AuditEntry,
  Finding,
  Issue,
  IssueEvent,
  LinkedCall,
  Promotion,
} from "@holdfast/contract";
import type { FeedbackRow } from "@holdfast/feedback";
import type { LaunchRow } from "@holdfast/launches";

const PERSON = { kind: "person", id: "0190a5c4-0000-7000-8000-000000000001", name: "Ada" } as const;

export function linkedCall(call_id: string): LinkedCall {
  return {
    call_id,
    by: "reference",
    found: true,
    at: 1_767_603_600_000,
    method: "POST",
    path: "/orders",
    subject: "routes.orders",
    release: "v2",
    status: 500,
    outcome: "upstream_error",
    failed: true,
    duration_us: 12_345,
  };
}

export function feedback(id: string, varied: Partial<FeedbackRow> = {}): FeedbackRow {
  return {
    id,
    channel: "widget",
    site: "shop",
    message: "The cart is empty — “again” 🙁",
    rating: 2,
    category: "bug",
    page: "https://shop.example/cart",
    device: "Firefox",
    reporter_name: "Grace",
    reporter_email: "grace@example.com",
    created_at: 1_767_603_600_000,
    status: "received",
    issue_id: null,
    joined_because: null,
    calls: [],
    token_hash: "0".repeat(64),
    idempotency_key: null,
    ...varied,
  };
}

export function issue(id: string, varied: Partial<Issue> = {}): Issue {
  return {
    id,
    number: 1,
    title: "Orders fail",
    status: "new",
    severity: 2,
    category: "bug",
    owner: null,
    fingerprint: "routes.orders upstream_error 500",
    subject: "routes.orders",
    release: "v2",
    reason: null,
    created_at: 1_767_603_600_000,
    updated_at: 1_767_603_600_000,
    resolved_at: null,
    voices: 0,
    findings: 0,
    ...varied,
  };
}

export function issueEvent(id: string, varied: Partial<IssueEvent> = {}): IssueEvent {
  return { id, at: 1_767_603_600_000, kind: "note", actor: PERSON, text: "Looking at it", ref: null, ...varied };
}

export function finding(id: string, varied: Partial<Finding> = {}): Finding {
  return {
    id,
    at: 1_767_603_600_000,
    detector: "error_ratio",
    subject: "routes.orders",
    release: "v2",
    baseline: "v1",
    window_from: 1_767_603_480_000,
    window_until: 1_767_603_600_000,
    value: 0.4125,
    baseline_value: 0.0042,
    calls: 400,
    errors: 165,
    baseline_calls: 3_600,
    baseline_errors: 15,
    p_value: 3.1e-120,
    sentence: "v2 fails 41.3 % of its calls, v1 0.4 %",
    issue_id: null,
    ...varied,
  };
}

export function action(id: string, varied: Partial<Action> = {}): Action {
  return {
    id,
    at: 1_767_603_600_000,
    kind: "shift_traffic",
    subject: "routes.orders",
    before: { v1: 0.9, v2: 0.1 },
    after: { v1: 1, v2: 0 },
    closed_before: [],
    closed: ["v2"],
    enabled_before: null,
    enabled: null,
    actor: PERSON,
    why: "v2 fails",
    finding_id: null,
    issue_id: null,
    plan: 0,
    undone_by: null,
    ...varied,
  };
}

export function promotion(id: string, varied: Partial<Promotion> = {}): Promotion {
  return {
    id,
    subject: "routes.orders",
    to: "v2",
    before: { v1: 1, v2: 0 },
    steps: [{ share: 0.05, for_ms: 600_000 }],
    on_failure: "roll back",
    least_calls: 100,
    state: "running",
    step: 0,
    step_since: 1_767_603_600_000,
    paused_at: null,
    started_at: 1_767_603_600_000,
    ended_at: null,
    by: PERSON,
    why: "Ada began: it is ready",
    action_id: null,
    fingerprint: "f",
    ...varied,
  };
}

export function launch(id: string, varied: Partial<LaunchRow> = {}): LaunchRow {
  return {
    id,
    name: "spring",
    scope: { routes: ["orders"], models: [] },
    from: 1_767_600_000_000,
    until: 1_767_700_000_000,
    phase: "intense",
    phase_since: 1_767_600_000_000,
    source: "file",
    exit: { calm: { measure: "days_without_critical", at_least: 7 } },
    created_at: 1_767_603_600_000,
    ...varied,
  };
}

export function apiToken(id: string, varied: Partial<ApiToken> = {}): ApiToken {
  const never = { expires_at: null, last_used_at: null, revoked_at: null };
  return { id, name: "ci", role: "operator", created_at: 1_767_603_600_000, ...never, ...varied };
}

export function auditEntry(id: string, varied: Partial<AuditEntry> = {}): AuditEntry {
  const deed = { what: "issue.update", target: "7", detail: { from: { status: "new" }, to: ["fixing"] } };
  return { id, at: 1_767_603_600_000, actor: PERSON, ...deed, ...varied };
}
