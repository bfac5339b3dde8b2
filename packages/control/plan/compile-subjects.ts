// Routes and models of one workspace into what the gateway runs: references followed, shares of traffic settled.
import { closest } from "@holdfast/base";
import {
  type ComposeSettings,
  type ModelSettings,
  type ModelTarget,
  type PlanModel,
  type PlanRelease,
  type PlanRollback,
  type PlanRoute,
  type RouteSettings,
  type ServiceSettings,
  type Settings,
  TimeoutSettings,
  type UpstreamTarget,
  type Weights,
} from "@holdfast/contract";
import { compileAccess, credentialHeaders, ownHeaders } from "./compile-access.ts";
import { checkAnsweredRoute, compileAnswer } from "./compile-answer.ts";
import { compileCache } from "./compile-cache.ts";
import { compileChecks } from "./compile-checks.ts";
import { compileCompose } from "./compile-compose.ts";
import { compileLife } from "./compile-lifecycle.ts";
import { compileLimits } from "./compile-limits.ts";
import { releaseRulesOf } from "./compile-releases.ts";
import { compileRouting } from "./compile-routing.ts";
import { compileTimeouts } from "./compile-timeouts.ts";
import { compileTransform } from "./compile-transform.ts";
import { releaseRules, targetsOf } from "./compile-upstreams.ts";
import type { SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";
import type { Documents } from "./read-documents.ts";

/** What compiling one workspace needs at hand, and where its problems go. */
export type Bench = {
  settings: Settings;
  /** Base addresses of the kinds of provider that have a well-known one. */
  provider_urls: Readonly<Record<string, string>>;
  /** API descriptions and schemas that the settings point at. */
  documents: Documents;
  problems: PathProblem[];
};

/** Shares need to add up to 1 within what `33.333%` three times leaves over. */
const SPLIT_TOLERANCE = 1e-4;

export function compileRoute(name: string, route: RouteSettings, bench: Bench): PlanRoute | undefined {
  const path = ["routes", name];
  const routing = compileRouting(name, route, bench);
  const way = wayOf(name, route, bench);
  if (!way) return undefined;
  const { service, product, timeouts, releases, ...rest } = way;
  return {
    kind: "route",
    service,
    ...rest,
    ...routing,
    ...(route.body_most === undefined ? {} : { body_bytes_max: route.body_most }),
    ...(route.headers_most === undefined ? {} : { head_bytes_max: route.headers_most }),
    ...compileCache(route, path, bench),
    ...(route.cors ? { cors: route.cors } : {}),
    ...(route.websocket ? { websocket: route.websocket } : {}),
    ...compileChecks(name, route, bench),
    ...compileTransform(name, route, bench),
    ...subjectOf(`routes.${name}`, name, { path, product, settings: route, timeouts, bench }),
    releases,
    ...rollbackOf(route.rollback, { path, releases, bench }),
    ...releaseRulesOf(route, { path, releases, bench }),
  };
}

/** Who answers on a route, and what consumers subscribe to. */
type Way = Pick<PlanRoute, "service" | "releases" | "compose" | "answer"> & {
  product: string;
  timeouts: ModelSettings["timeouts"];
};

function wayOf(name: string, route: RouteSettings, bench: Bench): Way | undefined {
  if (route.compose) return composedWay(name, route, bench);
  const answer = compileAnswer(name, route, bench);
  if (!answer) return wayTo(route.to ?? "", route, { path: ["routes", name], bench });
  checkAnsweredRoute(name, route, bench);
  return { ...NO_UPSTREAM, product: name, releases: [{ name: "answered", weight: 1, targets: [] }], answer };
}

const NO_UPSTREAM = { service: "", timeouts: TimeoutSettings.parse({}) };

function wayTo(
  to: string,
  { split }: RouteSettings,
  { path, bench }: { path: SettingsPath; bench: Bench },
): Way | undefined {
  const service = find(bench.settings.services, to, { path: [...path, "to"], kind: "service", bench });
  if (!service) return undefined;
  const releases = serviceReleases(to, service, { path, split, bench });
  return { service: to, product: to, timeouts: service.timeouts, releases };
}

/** Releases of a service as one place that calls it shares them out. */
export function serviceReleases(
  to: string,
  service: ServiceSettings,
  parts: ReleaseParts,
): PlanRelease<UpstreamTarget>[] {
  return releasesOf<UpstreamTarget>(
    Object.entries(service.releases).map(([release, declared]) => [release, targetsOf(declared, service.protocol)]),
    parts,
  ).map((release) => ({ ...release, ...releaseRules(to, release.name, parts.bench) }));
}

function composedWay(name: string, route: RouteSettings, bench: Bench): Way {
  const path = ["routes", name];
  for (const key of ["split", "shadow"] as const)
    if (route[key])
      bench.problems.push({
        path: [...path, key],
        message: "belongs to the services that are called: say it at a step",
      });
  return {
    ...NO_UPSTREAM,
    product: name,
    releases: [{ name: "composed", weight: 1, targets: [] }],
    compose: compileCompose(route.compose as ComposeSettings, route, { path: [...path, "compose"], bench }),
  };
}

export function compileModel(name: string, model: ModelSettings, bench: Bench): PlanModel {
  const path = ["models", name];
  const releases = releasesOf<ModelTarget>(
    Object.entries(model.releases).map(([release, { targets }]) => [
      release,
      targets.flatMap((target, index) => {
        const at = [...path, "releases", release, "targets", index];
        return compileTarget(target, { path: at, is_first: index === 0, prices: model.prices, bench });
      }),
    ]),
    { path, split: model.split, bench },
  );
  return {
    kind: "model",
    ...subjectOf(`models.${name}`, name, { path, product: name, settings: model, timeouts: model.timeouts, bench }),
    releases,
    ...rollbackOf(model.rollback, { path, releases, bench }),
    ...releaseRulesOf(model, { path, releases, bench }),
  };
}

type SubjectParts = {
  path: SettingsPath;
  /** What consumers subscribe to. */
  product: string;
  settings: RouteSettings | ModelSettings;
  timeouts: ModelSettings["timeouts"];
  bench: Bench;
};

function subjectOf(subject: string, name: string, { path, product, settings, timeouts, bench }: SubjectParts) {
  return {
    workspace: bench.settings.workspace,
    subject,
    name,
    access: compileAccess(settings.access, {
      path: [...path, "access"],
      kind: "to" in settings ? "route" : "model",
      product,
      bench,
    }),
    ...(settings.addresses ? { addresses: settings.addresses } : {}),
    ...(settings.plain_http === "serve" ? {} : { plain_http: settings.plain_http }),
    ...compileLife(settings),
    ...ownHeaders(bench),
    limits: compileLimits(settings.limits, [...path, "limits"], bench),
    capture: {
      headers: settings.capture.headers === "all",
      payload_share: settings.capture.payloads,
      ...credentialHeaders(settings.access),
    },
    timeouts: compileTimeouts(timeouts),
  };
}

export type ReleaseParts = { path: SettingsPath; split: Weights | undefined; bench: Bench };

function releasesOf<Target>(declared: [string, Target[]][], parts: ReleaseParts): PlanRelease<Target>[] {
  const names = declared.map(([name]) => name);
  const weights = weightsOf(names, parts);
  return declared.map(([name, targets]) => ({ name, weight: weights.get(name) ?? 0, targets }));
}

/** One release takes everything; several need a declared split, because guessing one could send people to a trial. */
function weightsOf(names: string[], { path, split, bench }: ReleaseParts): Map<string, number> {
  if (!split) {
    if (names.length > 1)
      bench.problems.push({
        path,
        message: `has ${names.length} releases and no split`,
        suggestion: `add \`split: { ${names.map((name, index) => `${name}: ${index === 0 ? 100 : 0}%`).join(", ")} }\``,
      });
    return new Map([[names[0] as string, 1]]);
  }
  for (const name of Object.keys(split))
    if (!names.includes(name))
      bench.problems.push(notFound(name, names, { path: [...path, "split", name], kind: "release" }));
  const sum = Object.values(split).reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > SPLIT_TOLERANCE)
    bench.problems.push({ path: [...path, "split"], message: `adds up to ${percentText(sum)}, not to 100%` });
  return normalised(new Map(Object.entries(split)), sum);
}

function normalised(weights: Map<string, number>, sum: number): Map<string, number> {
  return new Map([...weights].map(([name, weight]) => [name, sum > 0 ? weight / sum : 0]));
}

function rollbackOf(
  rollback: RouteSettings["rollback"],
  { path, releases, bench }: { path: SettingsPath; releases: { name: string }[]; bench: Bench },
): { rollback?: PlanRollback } {
  if (!rollback) return {};
  const names = releases.map(({ name }) => name);
  const at = { path: [...path, "rollback", "against"], kind: "release" };
  if (!names.includes(rollback.against)) bench.problems.push(notFound(rollback.against, names, at));
  return {
    rollback: {
      against: rollback.against,
      error_ratio_over: rollback.over,
      window_ms: rollback.window,
      least_calls: rollback.least_calls,
      automatic: rollback.automatic,
    },
  };
}

type TargetParts = { path: SettingsPath; is_first: boolean; prices: ModelSettings["prices"]; bench: Bench };

function compileTarget(target: string | { fallback: string }, parts: TargetParts): ModelTarget[] {
  const { path, is_first, prices, bench } = parts;
  const text = typeof target === "string" ? target : target.fallback;
  const is_fallback = typeof target !== "string";
  if (is_first && is_fallback)
    bench.problems.push({ path, message: "cannot be a fallback: it is the first target", suggestion: `write ${text}` });
  if (!is_first && !is_fallback)
    bench.problems.push({
      path,
      message: "only the first target is asked by itself",
      suggestion: `write { fallback: ${text} }`,
    });
  const slash = text.indexOf("/");
  const [provider_name, model] = [text.slice(0, slash), text.slice(slash + 1)];
  const provider = find(bench.settings.providers, provider_name, { path, kind: "provider", bench });
  if (!provider) return [];
  const url = provider.url ?? bench.provider_urls[provider.kind];
  // A provider without an address has its own problem where it is declared.
  if (url === undefined) return [];
  return [
    {
      provider: provider_name,
      kind: provider.kind,
      url: withoutTrailingSlash(url).url,
      model,
      ...(provider.key === undefined ? {} : { key: provider.key }),
      ...(prices ? { prices: pricesOf(prices) } : {}),
    },
  ];
}

function pricesOf(prices: NonNullable<ModelSettings["prices"]>): NonNullable<ModelTarget["prices"]> {
  return {
    input_usd_per_million: prices.input,
    output_usd_per_million: prices.output,
    ...(prices.cached_input === undefined ? {} : { cached_input_usd_per_million: prices.cached_input }),
  };
}

type Sought = { path: SettingsPath; kind: string };

/** The object of this name, or a problem that names the closest. Own properties only: `constructor` is a possible name. */
export function find<T>(all: Record<string, T>, name: string, at: Sought & { bench: Bench }): T | undefined {
  if (Object.hasOwn(all, name)) return all[name];
  at.bench.problems.push(notFound(name, Object.keys(all), at));
  return undefined;
}

export function notFound(name: string, known: string[], { path, kind }: Sought): PathProblem {
  const near = closest(name, known);
  const suggestion = near ? `did you mean ${near}?` : `known: ${known.join(", ") || "none"}`;
  return { path, message: `there is no ${kind} ${name}`, suggestion, missing: name };
}

export function withoutTrailingSlash(url: string): UpstreamTarget {
  return { url: url.replace(/\/+$/, "") };
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`;
}
