// Everything the control plane works with, as one bag of ports. apps/holdfast builds it once; routes, views, jobs and the
// detection loop take from it what they need and reach nothing else.
import type { Clock, FieldError, IdSource, Log, Transact, WorkspaceName } from "@holdfast/base";
import type {
  Actor,
  CallStore,
  GatewayFigures,
  JobQueue,
  Plan,
  PlanSite,
  Purged,
  SettingsPorts,
  SettingsView,
  UpstreamReport,
} from "@holdfast/contract";
import type { FeedbackPorts, FeedbackService, IssueService } from "@holdfast/feedback";
import type { Identity, IdentityPorts } from "@holdfast/identity";
import type { IncidentPorts, IncidentService, PlanControl, PromotionService } from "@holdfast/incidents";
import type { LaunchPorts, LaunchService } from "@holdfast/launches";
import type { LiveHub } from "./live.ts";

/** All ports of one workspace in one transaction. */
export type ControlPorts = FeedbackPorts & IncidentPorts & LaunchPorts & IdentityPorts & SettingsPorts;

/** Compiles settings into the plan that gateways run, and is the only one who changes it. */
export type PlanManager = PlanControl & {
  current(): Plan;
  /** Sites of one workspace in the current plan. */
  sites(workspace: WorkspaceName): PlanSite[];
  settingsView(workspace: WorkspaceName): Promise<SettingsView>;
  /** Problem("settings_invalid") with all errors, or Problem("settings_from_file"); either way the old plan stays. */
  applySettings(workspace: WorkspaceName, text: string, actor: Actor): Promise<SettingsView>;
  /** What would be refused, without applying anything. Empty: it would compile. */
  check(workspace: WorkspaceName, text: string): Promise<FieldError[]>;
};

/** `lag_ms` is the age of the oldest record that is spooled but not yet queryable; `dropped` counts from the start. */
export type TelemetryStatus = {
  ready: boolean;
  lag_ms: number;
  dropped: number;
  /** Calls exported as OpenTelemetry spans; undefined where none are. `dropped` by reason. */
  spans?: { exported: number; waiting: number; dropped: Record<string, number> } | undefined;
};

/**
 * Gateway worker threads: how many there should be, how many serve, and the newest plan that all of them run. `plan_refused`: some
 * cannot run the newest there is, and go on with the one before. `limits_local`: what several nodes should count together is counted
 * by each alone at present.
 */
export type GatewayStatus = {
  wanted: number;
  serving: number;
  plan: number;
  plan_refused?: boolean;
  limits_local?: boolean;
};

/** `told` false: other nodes may not know of it. */
export type PurgeOutcome = Purged & { told: boolean };

export type Services = {
  clock: Clock;
  ids: IdSource;
  log: Log;
  /** Uniform in [0, 1); spreads retries. */
  random: () => number;
  transact: Transact<ControlPorts>;
  /** Whether the store of people and things answers. */
  store: { ping(): Promise<void> };
  jobs: JobQueue;
  identity: Identity;
  feedback: FeedbackService;
  issues: IssueService;
  incidents: IncidentService;
  promotions: PromotionService;
  launches: LaunchService;
  calls: CallStore;
  telemetry: { status(): TelemetryStatus };
  gateway: {
    status(): GatewayStatus;
    /** What gateway workers counted of their calls. */
    figures(): Promise<GatewayFigures>;
    /** Resolves when every worker has cleared, and every node that can be told. */
    purge(purge: { workspace: WorkspaceName; url?: string; tag?: string; subject?: string }): Promise<PurgeOutcome>;
    /** What each gateway worker that answers knows of its upstreams. */
    upstreams(): Promise<UpstreamReport[][]>;
  };
  plans: PlanManager;
  live: LiveHub;
};
