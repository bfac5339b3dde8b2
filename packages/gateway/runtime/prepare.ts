// Turns a plan into a runtime. The plan was compiled and is trusted; what is wrong in it is a programming error and throws.
import { referenceSigner, type WorkspaceName } from "@holdfast/base";
import type { ModelTarget, Plan, PlanModel, PlanRoute, UpstreamTarget } from "@holdfast/contract";
import { hash32 } from "../hash.ts";
import { indexConsumers } from "../policies/consumers.ts";
import { policies } from "../policies/policies.ts";
import type { Hooks, PolicyTools } from "../policies/policy.ts";
import { sliceByWeight } from "../releases/choose-release.ts";
import { createRouter } from "../routing/router.ts";
import type { OpenedOrigin, Transport } from "../transport/transports.ts";
import type { HookName, Models, Prepared, PreparedReply, Release, Runtime, Subject, Target } from "./runtime.ts";

export type PrepareTools = Omit<PolicyTools, "consumers"> & { transport: Transport };

export function prepare(plan: Plan, tools: PrepareTools): Runtime {
  const pools = leasePools(tools);
  try {
    return prepareWith(plan, tools, pools);
  } catch (error) {
    pools.release();
    throw error;
  }
}

function prepareWith(plan: Plan, tools: PrepareTools, pools: Pools): Runtime {
  const consumers = indexConsumers(plan.consumers);
  const signers = signersOf(plan);
  const ready = (subject: PlanRoute | PlanModel) =>
    prepareSubject(subject, { ...tools, consumers }, pools.target, signerFor(signers, subject.workspace));
  const router = createRouter(plan.routes.map((route) => ({ pattern: route, route: ready(route) })));
  const models = indexModels(plan.models.map(ready));
  let running = 0;
  let retired = false;
  const giveBack = () => {
    if (retired && running === 0) pools.release();
  };
  return {
    number: plan.number,
    router,
    models,
    consumers,
    home: signers.size === 1 ? ([...signers.keys()][0] as WorkspaceName) : "",
    sign: (workspace, call) => signers.get(workspace)?.(call),
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

type Signer = (call: string) => string;

function signersOf(plan: Plan): Map<WorkspaceName, Signer> {
  const entries = Object.entries(plan.reference_keys);
  return new Map(entries.map(([workspace, key]) => [workspace, referenceSigner(Buffer.from(key, "base64url"))]));
}

function signerFor(signers: Map<WorkspaceName, Signer>, workspace: WorkspaceName): Signer {
  const signer = signers.get(workspace);
  if (!signer) throw new Error(`the plan has no reference key for workspace ${workspace}`);
  return signer;
}

type Pools = { target: OpenTarget; release(): void };

type OpenTarget = (subject: PlanRoute | PlanModel, target: UpstreamTarget | ModelTarget) => Target;

/** Pools are shared between plans; each plan holds each of its pools once for every target. */
function leasePools({ connections, transport, log }: PrepareTools): Pools {
  const held: OpenedOrigin["pool"][] = [];
  return {
    target(subject, target) {
      const url = new URL(target.url);
      const { connect_ms } = subject.timeouts;
      const { pool, origin } = transport.open(connections, subject.workspace, url, { connect_ms });
      held.push(pool);
      return {
        origin,
        prefix: url.pathname === "/" ? "" : url.pathname.replace(/\/$/, ""),
        model: "model" in target ? target : undefined,
      };
    },
    release() {
      for (const pool of held.splice(0))
        connections
          .release(pool)
          .catch((error) => log.warn({ error: String(error) }, "an upstream pool did not close"));
    },
  };
}

function prepareSubject(
  plan: PlanRoute | PlanModel,
  tools: PolicyTools,
  openTarget: OpenTarget,
  sign: Signer,
): Subject {
  const hooks = policies.flatMap((policy): Owned[] => {
    const prepared = policy.prepare(plan, tools);
    return prepared ? [{ policy: policy.id, hooks: prepared }] : [];
  });
  const releases: readonly { name: string; weight: number; targets: (UpstreamTarget | ModelTarget)[] }[] =
    plan.releases;
  return {
    plan,
    workspace: plan.workspace,
    name: plan.subject,
    seed: hash32(`${plan.workspace}/${plan.subject}`, 0),
    sign,
    limited: plan.limits.length > 0,
    receive: hooksOf(hooks, "receive"),
    identify: hooksOf(hooks, "identify"),
    admit: hooksOf(hooks, "admit"),
    shape: hooksOf(hooks, "shape"),
    body: hooksOf(hooks, "body"),
    reply: hooksOf(hooks, "reply"),
    reply_data: hooksOf(hooks, "replyData"),
    replies: repliesOf(hooks),
    done: hooksOf(hooks, "done"),
    body_gathered_max: leastOf(hooks.flatMap(({ hooks }) => hooks.whole_body?.bytes_max ?? [])),
    releases: sliceByWeight(releases).map(
      ({ name, until, targets }): Release => ({
        name,
        until,
        targets: targets.map((target) => openTarget(plan, target)),
        turn: 0,
      }),
    ),
  };
}

type Owned = { policy: string; hooks: Hooks };

function hooksOf<Name extends HookName>(all: Owned[], name: Name): Prepared<Name>[] {
  return all.flatMap(({ policy, hooks }) => {
    const run = hooks[name];
    return run ? [{ policy, run }] : [];
  });
}

function repliesOf(all: Owned[]): PreparedReply[] {
  return all.flatMap(({ policy, hooks: { replyBody, whole_reply } }) =>
    replyBody && whole_reply ? [{ policy, run: replyBody, ...whole_reply }] : [],
  );
}

/** 0 of none. */
function leastOf(numbers: number[]): number {
  return numbers.length === 0 ? 0 : Math.min(...numbers);
}

function indexModels(models: Subject[]): Models {
  const byWorkspace = Map.groupBy(models, ({ workspace }) => workspace);
  return {
    ofWorkspace: (workspace) => byWorkspace.get(workspace) ?? [],
    open: models.filter(({ plan }) => plan.access === "public"),
    none: models.length === 0,
  };
}
