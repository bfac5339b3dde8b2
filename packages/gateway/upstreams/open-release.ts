// A release of the plan with its upstreams opened: bare targets where nothing is said about them, else a group as well.
import { LIMITS } from "@holdfast/base";
import type {
  ModelTarget,
  PlanFallback,
  PlanModel,
  PlanRelease,
  PlanRoute,
  UpstreamRules,
  UpstreamTarget,
} from "@holdfast/contract";
import { hash32 } from "../hash.ts";
import type { Target } from "../runtime/runtime.ts";
import { UpstreamGroup } from "./group.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Retries } from "./retry.ts";
import { digest, prefixOf, releasePool, type Upstreams, type UpstreamsTools } from "./upstreams.ts";
import type { Watch } from "./watch.ts";

export type OpenedRelease = { targets: readonly Target[]; group: UpstreamGroup | undefined };

export type OpenTools = UpstreamsTools & {
  upstreams: Upstreams;
  ids: () => string;
  /** Given back when the plan has retired. */
  held: (() => void)[];
};

export function openRelease(
  subject: PlanRoute | PlanModel,
  release: PlanRelease<UpstreamTarget | ModelTarget>,
  tools: OpenTools,
): OpenedRelease {
  if (subject.kind === "model")
    return { targets: release.targets.map((target) => openModelTarget(subject, target, tools)), group: undefined };
  const place = { subject, service: subject.service, release: release.name, rules: release.rules };
  const opened = release.targets.map((target) => openTarget(target, place, tools));
  const targets = listOf(opened);
  if (!release.rules) return { targets, group: undefined };
  const fallback = release.fallback ? openFallback(subject, release.fallback, tools) : undefined;
  return { targets, group: groupOf(opened, { ...place, rules: release.rules, fallback }, tools) };
}

/** Many routes lead to one place: then the list is one too. */
const alone = new WeakMap<Target, readonly Target[]>();

function listOf(opened: readonly Opened[]): readonly Target[] {
  const targets = opened.map(({ target }) => target);
  const [only] = targets;
  if (!only || targets.length > 1) return targets;
  const known = alone.get(only) ?? targets;
  alone.set(only, known);
  return known;
}

type Where = { subject: PlanRoute; service: string; release: string; rules: UpstreamRules | undefined };

type Opened = { target: Target; url: string; weight: number; watch: Watch | undefined };

function openTarget({ url, ...planned }: UpstreamTarget | ModelTarget, where: Where, tools: OpenTools): Opened {
  const { subject, service, release, rules } = where;
  const { workspace, timeouts } = subject;
  const { connect_ms } = timeouts;
  const protocol = "protocol" in planned ? planned.protocol : undefined;
  const leased = tools.upstreams.lease({ workspace, service, release, url, rules, connect_ms, protocol });
  tools.held.push(leased.release);
  const weight = "weight" in planned ? (planned.weight ?? 1) : 1;
  // Members of a group are told apart by who has them: a release and its fallback may name one upstream.
  const target = rules ? { ...leased.target } : leased.target;
  return { target, url, weight, watch: leased.watch };
}

/** Providers are not watched here. Connections on which a provider's key travels are that key's alone. */
function openModelTarget(subject: PlanModel, target: UpstreamTarget | ModelTarget, tools: OpenTools): Target {
  const url = new URL(target.url);
  const model = "model" in target ? target : undefined;
  const opened = tools.transport.open(tools.connections, subject.workspace, url, {
    connect_ms: subject.timeouts.connect_ms,
    apart: model?.key === undefined ? undefined : digest(model.key),
  });
  tools.held.push(() => releasePool(opened, tools));
  return { origin: opened.origin, prefix: prefixOf(url), model };
}

function openFallback(
  subject: PlanRoute,
  { service, release, targets, rules }: PlanFallback,
  tools: OpenTools,
): UpstreamGroup {
  // Whoever stands in is watched too, if only to be shown.
  const where = { subject, service, release, rules: rules ?? { balance: "round-robin" as const } };
  const opened = targets.map((target) => openTarget(target, where, tools));
  return groupOf(opened, { ...where, fallback: undefined }, tools);
}

type GroupOf = Where & { rules: UpstreamRules; fallback: UpstreamGroup | undefined };

function groupOf(opened: Opened[], { subject, service, rules, fallback }: GroupOf, tools: OpenTools): UpstreamGroup {
  const random = seededRandom(hash32(tools.ids(), 0));
  const group = new UpstreamGroup({
    rules,
    members: opened.flatMap(({ watch, ...member }) => (watch ? [{ ...member, watch }] : [])),
    retries: retriesOf(subject, { service, rules, random }, tools),
    fallback,
    random,
  });
  tools.held.push(() => group.retire());
  return group;
}

function retriesOf(
  { workspace }: PlanRoute,
  { service, rules, random }: { service: string; rules: UpstreamRules; random: Random },
  { upstreams, held }: OpenTools,
): Retries | undefined {
  if (!rules.retries) return undefined;
  const { budget, release } = upstreams.leaseBudget(workspace, service, rules.retries);
  held.push(release);
  const keep_bytes_max = Math.min(rules.retries.keep_body, LIMITS.buffered_body_bytes_max);
  return { rules: rules.retries, budget, random, keep_bytes_max };
}
