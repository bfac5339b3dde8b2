// Wires the domains to their stores: the bag of services that the control plane works with. Nothing is started here.
import { hkdfSync } from "node:crypto";
import { type Clock, type IdSource, type Log, referenceKey, type WorkspaceName } from "@holdfast/base";
import type { CallStore, Plan } from "@holdfast/contract";
import {
  type ControlPorts,
  createPlanKeeper,
  createPlanManager,
  type GatewayStatus,
  type LiveHub,
  type ManagedPlans,
  type PlanManagerTools,
  type Services,
  type TelemetryStatus,
  wakeAfter,
} from "@holdfast/control";
import { createFeedbackService, createIssueService } from "@holdfast/feedback";
import { createIdentity, type Identity } from "@holdfast/identity";
import { createIncidentService, createPromotionService } from "@holdfast/incidents";
import { createLaunchService } from "@holdfast/launches";
import type { Store } from "@holdfast/storage";
import { PROVIDER_URLS } from "../settings/provider-urls.ts";

export type ServiceTools = {
  clock: Clock;
  ids: IdSource;
  log: Log;
  live: LiveHub;
  store: Store;
  telemetry: CallStore & { status(): TelemetryStatus };
  master_key: Uint8Array;
  control_url: string;
  admin_token: string | undefined;
  plan_path: string;
  secrets: PlanManagerTools["secrets"];
  gateway: Omit<Services["gateway"], "status"> & {
    deploy(plan: Plan): Promise<void>;
    status(): GatewayStatus & { records_dropped: number };
  };
  /** Called after each transaction that left a job to do. */
  wakeJobs(): void;
};

export type BuiltServices = Services & { plans: ManagedPlans };

export async function buildServices(tools: ServiceTools): Promise<BuiltServices> {
  const { clock, ids, log, live, store, telemetry, gateway } = tools;
  const transact = wakeAfter<ControlPorts>(store.transact, tools.wakeJobs);
  const shared = { transact, clock, ids, live };
  const reference_key = (workspace: WorkspaceName): Uint8Array => referenceKey(tools.master_key, workspace);
  const identity = await buildIdentity(tools);
  const issues = createIssueService(shared);
  const launches = createLaunchService({ ...shared, calls: telemetry, criticals: issues.criticalSince });
  const applied: PlanManagerTools["applied"] = (workspace, settings) =>
    launches.applyFromSettings(workspace, settings.launches);
  const plans = buildPlans(tools, { ...shared, workspaces: workspacesOf(store, identity), reference_key, applied });
  return {
    ...shared,
    log,
    random: Math.random,
    store,
    jobs: store.jobs,
    identity,
    feedback: createFeedbackService({ ...shared, reference_key, calls: telemetry }),
    issues,
    incidents: createIncidentService({ ...shared, plans, issues }),
    promotions: createPromotionService({ ...shared, plans, calls: telemetry }),
    launches,
    calls: telemetry,
    telemetry: { status: () => telemetryStatus(telemetry, gateway.status().records_dropped) },
    gateway,
    plans,
  };
}

type PlanNeeds = Omit<PlanManagerTools, "log" | "keeper" | "deploy" | "secrets" | "provider_urls">;

function buildPlans(tools: ServiceTools, needs: PlanNeeds): ManagedPlans {
  return createPlanManager({
    ...needs,
    log: tools.log,
    keeper: createPlanKeeper({ path: tools.plan_path, master_key: tools.master_key }),
    deploy: tools.gateway.deploy,
    secrets: tools.secrets,
    provider_urls: PROVIDER_URLS,
  });
}

function workspacesOf(store: Store, identity: Identity): PlanManagerTools["workspaces"] {
  return {
    list: () => store.directory(async ({ workspaces }) => (await workspaces.list()).map(({ name }) => name)),
    ensure: identity.workspaces.ensure,
  };
}

function buildIdentity({ store, clock, ids, ...tools }: ServiceTools): Promise<Identity> {
  const secret = Buffer.from(hkdfSync("sha256", tools.master_key, "holdfast-sessions", "", 32)).toString("base64url");
  return createIdentity({
    directory: store.directory,
    transact: store.transact,
    auth: store.auth,
    clock,
    ids,
    secret,
    base_url: tools.control_url,
    admin_token: tools.admin_token,
  });
}

function telemetryStatus(telemetry: ServiceTools["telemetry"], dropped_by_workers: number): TelemetryStatus {
  const { ready, lag_ms, dropped, spans } = telemetry.status();
  return { ready, lag_ms, dropped: dropped + dropped_by_workers, spans };
}
