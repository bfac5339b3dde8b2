// Routes and models of one workspace into what the gateway runs: references followed, shares of traffic settled.
import { closest } from "@holdfast/base";
import type {
  ModelSettings,
  ModelTarget,
  PlanLimit,
  PlanModel,
  PlanRelease,
  PlanRollback,
  PlanRoute,
  RouteSettings,
  Settings,
  UpstreamTarget,
  Weights,
} from "@holdfast/contract";
import type { SettingsPath } from "./json-schema.ts";
import { pathShape } from "./path-pattern.ts";
import type { PathProblem } from "./problem.ts";

/** What compiling one workspace needs at hand, and where its problems go. */
export type Bench = {
  settings: Settings;
  /** Base addresses of the kinds of provider that have a well-known one. */
  provider_urls: Readonly<Record<string, string>>;
  problems: PathProblem[];
};

/** Shares need to add up to 1 within what `33.333%` three times leaves over. */
const SPLIT_TOLERANCE = 1e-4;

export function compileRoute(name: string, route: RouteSettings, bench: Bench): PlanRoute | undefined {
  const path = ["routes", name];
  const shape = pathShape(route.match.path);
  if (!shape.ok) bench.problems.push({ path: [...path, "match", "path"], message: shape.error });
  const service = find(bench.settings.services, route.to, { path: [...path, "to"], kind: "service", bench });
  if (!service) return undefined;
  const releases = releasesOf<UpstreamTarget>(
    Object.entries(service.releases).map(([release, { upstreams }]) => [release, upstreams.map(withoutTrailingSlash)]),
    { path, split: route.split, bench },
  );
  return {
    kind: "route",
    service: route.to,
    ...(route.match.host === undefined ? {} : { host: route.match.host }),
    path: route.match.path,
    ...(route.match.methods ? { methods: [...new Set(route.match.methods)] } : {}),
    ...(route.body_most === undefined ? {} : { body_bytes_max: route.body_most }),
    ...subjectOf(`routes.${name}`, name, { path, settings: route, timeouts: service.timeouts, bench }),
    releases,
    ...rollbackOf(route.rollback, { path, releases, bench }),
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
    ...subjectOf(`models.${name}`, name, { path, settings: model, timeouts: model.timeouts, bench }),
    releases,
    ...rollbackOf(model.rollback, { path, releases, bench }),
  };
}

type SubjectParts = {
  path: SettingsPath;
  settings: RouteSettings | ModelSettings;
  timeouts: ModelSettings["timeouts"];
  bench: Bench;
};

function subjectOf(subject: string, name: string, { settings, timeouts, bench }: SubjectParts) {
  return {
    workspace: bench.settings.workspace,
    subject,
    name,
    access: settings.access,
    limits: Object.entries(settings.limits).map(
      ([limit, { by, rate, burst }]): PlanLimit => ({ name: limit, by, rate, burst: burst ?? rate.count }),
    ),
    capture: { headers: settings.capture.headers === "all", payload_share: settings.capture.payloads },
    timeouts: {
      connect_ms: timeouts.connect,
      first_byte_ms: timeouts.first_byte,
      idle_ms: timeouts.idle,
      total_ms: timeouts.total,
    },
  };
}

type ReleaseParts = { path: SettingsPath; split: Weights | undefined; bench: Bench };

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

function notFound(name: string, known: string[], { path, kind }: Sought): PathProblem {
  const near = closest(name, known);
  const suggestion = near ? `did you mean ${near}?` : `known: ${known.join(", ") || "none"}`;
  return { path, message: `there is no ${kind} ${name}`, suggestion };
}

function withoutTrailingSlash(url: string): UpstreamTarget {
  return { url: url.replace(/\/+$/, "") };
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`;
}
