// Turns a plan into a runtime. The plan was compiled and is trusted; what is wrong in it is a programming error and throws. With
// thousands of routes it is half a second of work, in which calls come: so it can pause.
import { ReferenceSigner, type WorkspaceName } from "@holdfast/base";
import type {
  ModelTarget,
  Plan,
  PlanAccess,
  PlanLimit,
  PlanModel,
  PlanRelease,
  PlanRoute,
  UpstreamTarget,
} from "@holdfast/contract";
import { type CacheTools, cachingWorkspaces, openRouteCache } from "../cache/route-cache.ts";
import { prepareCompose } from "../compose/prepare-compose.ts";
import { bucketsUnder } from "../counters/counters.ts";
import type { CallMeters } from "../figures/meter.ts";
import { hash32 } from "../hash.ts";
import { gatheredBytes } from "../policies/body-reader.ts";
import { type Consumers, indexingConsumers } from "../policies/consumers.ts";
import { byPlan } from "../policies/limits/by-plan.ts";
import { placeOfSubject } from "../policies/limits/owner.ts";
import { policies } from "../policies/policies.ts";
import type { PolicyTools } from "../policies/policy.ts";
import { prepareReleases } from "../releases/prepare-releases.ts";
import { creatingRouter } from "../routing/router.ts";
import type { Transport } from "../transport/transports.ts";
import { type OpenedRelease, openRelease } from "../upstreams/open-release.ts";
import type { Upstreams } from "../upstreams/upstreams.ts";
import { Alike } from "./alike.ts";
import { hookLists, type Owned, oneNothing } from "./hook-lists.ts";
import type { Models, Runtime, Subject } from "./runtime.ts";

export type PrepareTools = Omit<PolicyTools, "consumers"> & {
  transport: Transport;
  upstreams: Upstreams;
  cache: CacheTools;
  meters: CallMeters;
};

/** Left in a pause it gives back what it has opened. */
export function* preparing(plan: Plan, tools: PrepareTools): Generator<void, Runtime> {
  const pools = leasePools(tools);
  let runtime: Runtime | undefined;
  try {
    runtime = yield* preparingWith(plan, tools, pools);
    return runtime;
  } finally {
    if (!runtime) pools.release();
  }
}

let prepared = 0;

function* preparingWith(plan: Plan, tools: PrepareTools, pools: Pools): Generator<void, Runtime> {
  const consumers = yield* indexingConsumers(plan, tools.clock);
  const signers = signersOf(plan);
  const shared = { tools: { ...tools, consumers }, signers, caching: cachingWorkspaces(plan.routes), open: pools.open };
  const alike = new Alike();
  const routes: Subject[] = [];
  for (const route of plan.routes.filter(isServed)) {
    routes.push(readySubject(alike.parts(route), routes.length, shared));
    yield;
  }
  const models = plan.models.filter(isServed).map((model) => readySubject(alike.parts(model), -1, shared));
  const router = yield* creatingRouter(routes.map((route) => ({ pattern: route.plan as PlanRoute, route })));
  return {
    number: plan.number,
    prepared: ++prepared,
    router,
    routes,
    models: indexModels(models),
    consumers,
    home: signers.size === 1 ? ([...signers.keys()][0] as WorkspaceName) : "",
    sign(workspace, call) {
      const signer = signers.get(workspace);
      return signer?.sign(call, signer.announce(call));
    },
    ...usesOf(pools),
  };
}

/** Pools are given back when nobody needs them any more. */
function usesOf(pools: Pools): Pick<Runtime, "enter" | "leave" | "retire"> {
  let running = 0;
  let retired = false;
  const giveBack = () => {
    if (retired && running === 0) pools.release();
  };
  return {
    enter: () => void running++,
    leave() {
      running--;
      giveBack();
    },
    retire() {
      retired = true;
      giveBack();
    },
  };
}

/** What all subjects of a plan are prepared with. */
type Shared = {
  tools: PrepareTools & PolicyTools;
  signers: Map<WorkspaceName, ReferenceSigner>;
  caching: ReturnType<typeof cachingWorkspaces>;
  open: OpenRelease;
};

function readySubject(subject: PlanRoute | PlanModel, place: number, shared: Shared): Subject {
  const { tools, caching } = shared;
  return {
    place,
    ...prepareSubject(subject, shared),
    cache: subject.kind === "route" ? openRouteCache(subject, caching, tools.cache) : undefined,
  };
}

/** A draft is there for people to see, and for nobody to call. */
function isServed({ lifecycle }: PlanRoute | PlanModel): boolean {
  return lifecycle?.state !== "draft";
}

function signersOf(plan: Plan): Map<WorkspaceName, ReferenceSigner> {
  const entries = Object.entries(plan.reference_keys);
  const signer = (key: string) => new ReferenceSigner(Buffer.from(key, "base64url"), "x-holdfast-ref: ", "\r\n");
  return new Map(entries.map(([workspace, key]) => [workspace, signer(key)]));
}

function signerFor(signers: Map<WorkspaceName, ReferenceSigner>, workspace: WorkspaceName): ReferenceSigner {
  const signer = signers.get(workspace);
  if (!signer) throw new Error(`the plan has no reference key for workspace ${workspace}`);
  return signer;
}

type Pools = { open: OpenRelease; release(): void };

type Planned = PlanRelease<UpstreamTarget | ModelTarget>;

type OpenRelease = (subject: PlanRoute | PlanModel, release: Planned) => OpenedRelease;

/** Upstreams are shared between plans; each plan holds each of its own once for every place that names it. */
function leasePools(tools: PrepareTools): Pools {
  const held: (() => void)[] = [];
  return {
    open: (subject, release) => openRelease(subject, release, { ...tools, held }),
    release() {
      for (const giveBack of held.splice(0)) giveBack();
    },
  };
}

function prepareSubject(plan: PlanRoute | PlanModel, shared: Shared): Omit<Subject, "place" | "cache"> {
  const { tools, signers, open } = shared;
  const { workspace, subject: name, timeouts } = plan;
  const seed = hash32(`${workspace}/${name}`, 0);
  const meterOf = (release: string) => tools.meters.of(workspace, name, release);
  const openMetered = (release: Planned) => ({ ...open(plan, release), meter: meterOf(release.name) });
  const { releases, picker, shadow } = prepareReleases(plan, seed, openMetered);
  const hooks = policies.flatMap((policy): Owned[] => {
    const prepared = policy.prepare(plan, tools);
    return prepared ? [{ policy: policy.id, hooks: prepared }] : [];
  });
  // Before the others: it compares answers as their upstreams sent them.
  if (shadow) hooks.unshift({ policy: "shadow", hooks: shadow });
  return {
    plan,
    timeouts,
    capture: plan.capture.headers || plan.capture.payload_share > 0 ? plan.capture : undefined,
    path: onlyPath(plan),
    workspace,
    name,
    seed,
    buckets: bucketsUnder(tools.counters, placeOfSubject(workspace, name)),
    signer: signerFor(signers, workspace),
    meter: meterOf(""),
    limited: limitedBy(plan, tools.consumers),
    ...hookLists(hooks),
    gathers: oneNothing([...hooks.flatMap(({ hooks }) => hooks.whole_body ?? []), ...composedBody(plan)]),
    compose:
      plan.kind === "route" && plan.compose
        ? prepareCompose(plan, plan.compose, { open, clock: tools.clock })
        : undefined,
    releases,
    picker,
  };
}

function onlyPath(plan: PlanRoute | PlanModel): string | undefined {
  if (plan.kind === "model" || (plan.also && plan.also.paths.length > 0)) return undefined;
  return plan.path;
}

const always = () => true;
const never = () => false;

function limitedBy({ workspace, limits }: PlanRoute | PlanModel, consumers: Consumers): Subject["limited"] {
  const told = byPlan(workspace, consumers, (of_plan) => [...limits, ...of_plan].some(isTold));
  if (told.only === undefined) return told.of;
  return told.only ? always : never;
}

/** Callers are told where they stand with it. */
function isTold(limit: PlanLimit): boolean {
  return !("bandwidth" in limit);
}

/** Steps may use the body of the request. */
function composedBody(plan: PlanRoute | PlanModel): Subject["gathers"] {
  return plan.kind === "route" && plan.compose ? [{ bytes_max: gatheredBytes(plan) }] : [];
}

function indexModels(models: Subject[]): Models {
  const byWorkspace = Map.groupBy(models, ({ workspace }) => workspace);
  return {
    ofWorkspace: (workspace) => byWorkspace.get(workspace) ?? [],
    open: models.filter(({ plan }) => !needsKey(plan.access)),
    none: models.length === 0,
  };
}

/** Whoever calls it shows a key, which also says whose the model is. */
function needsKey(access: PlanAccess): boolean {
  return typeof access === "string" ? access === "api-key" : access.any_of.every(({ kind }) => kind === "api-key");
}
