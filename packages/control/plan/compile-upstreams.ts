// What a service says of its upstreams into the rules of its releases: what the service and a release say together, fallbacks
// followed, and everything refused that could only be a slip of the hand.
import type { PlanFallback, ServiceSettings, UpstreamRules, UpstreamTarget } from "@holdfast/contract";
import { checkTls } from "./check-tls.ts";
import { type Bench, find, withoutTrailingSlash } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";

type Service = ServiceSettings;
type Release = Service["releases"][string];

/** Rules and fallback of one release, for the plan; nothing where the service says nothing. */
export type ReleaseRules = { rules?: UpstreamRules; fallback?: PlanFallback };

export function targetsOf({ upstreams }: Release, protocol: Service["protocol"]): UpstreamTarget[] {
  const spoken = protocol === "http1" ? {} : { protocol };
  return upstreams.map((upstream) =>
    typeof upstream === "string"
      ? { ...withoutTrailingSlash(upstream), ...spoken }
      : {
          ...withoutTrailingSlash(upstream.url),
          ...(upstream.weight === 1 ? {} : { weight: upstream.weight }),
          ...spoken,
        },
  );
}

export function releaseRules(service_name: string, release_name: string, bench: Bench): ReleaseRules {
  const service = bench.settings.services[service_name] as Service;
  const release = service.releases[release_name] as Release;
  const rules = rulesOf(service, release);
  const fallback = fallbackOf(service_name, release_name, bench);
  // A fallback needs rules to know by: the group is what asks it.
  const grouped = rules ?? (fallback ? { balance: service.balance } : undefined);
  return { ...(grouped ? { rules: grouped } : {}), ...(fallback ? { fallback } : {}) };
}

function rulesOf(service: Service, release: Release): UpstreamRules | undefined {
  const balance = release.balance ?? service.balance;
  const { eject, slow_start, breaker, retries, tls } = service;
  const hash = release.hash ?? service.hash;
  const health = release.health ?? service.health;
  const rules: UpstreamRules = {
    balance,
    ...(hash ? { hash } : {}),
    ...(health ? { health } : {}),
    ...(eject ? { eject } : {}),
    ...(slow_start === undefined ? {} : { slow_start_ms: slow_start }),
    ...(breaker ? { breaker } : {}),
    ...(retries ? { retries } : {}),
    ...(tls ? { tls } : {}),
  };
  return balance === "round-robin" && Object.keys(rules).length === 1 ? undefined : rules;
}

/** One step only: the fallback of a fallback is not asked. */
function fallbackOf(service_name: string, release_name: string, bench: Bench): PlanFallback | undefined {
  const { fallback } = bench.settings.services[service_name] as Service;
  if (!fallback) return undefined;
  const other_name = fallback.service ?? service_name;
  const other = Object.hasOwn(bench.settings.services, other_name) ? bench.settings.services[other_name] : undefined;
  // Where it does not exist, `checkServices` has said so.
  const chosen = fallback.release ?? Object.keys(other?.releases ?? {})[0];
  const release =
    chosen !== undefined && other && Object.hasOwn(other.releases, chosen) ? other.releases[chosen] : undefined;
  if (!other || !release || chosen === undefined) return undefined;
  // A release is no way out of itself.
  if (other_name === service_name && chosen === release_name) return undefined;
  const rules = rulesOf(other, release);
  return {
    service: other_name,
    release: chosen,
    targets: targetsOf(release, other.protocol),
    ...(rules ? { rules } : {}),
  };
}

/** Problems of every service, whether a route leads to it or not. */
export function checkServices(bench: Bench): void {
  for (const [name, service] of Object.entries(bench.settings.services)) {
    const path = ["services", name];
    checkRules(service, path, bench);
    for (const [release_name, release] of Object.entries(service.releases))
      checkRelease(service, release, { path: [...path, "releases", release_name], bench });
    checkFallback(name, service, bench);
    if (service.tls) bench.problems.push(...checkTls(service.tls, [...path, "tls"], addressesOf(service)));
  }
}

function addressesOf({ releases, protocol }: Service): string[] {
  return Object.values(releases).flatMap((release) => targetsOf(release, protocol).map(({ url }) => url));
}

/** Shorter ones would be a flood, or nothing at all. */
const LEAST_MS = { every: 100, timeout: 10, for: 100, window: 1000, open_for: 100, slow_start: 1000 } as const;

function checkRules(service: Service, path: SettingsPath, { problems }: Bench): void {
  const { eject, breaker, health, hash, slow_start } = service;
  const least = (name: keyof typeof LEAST_MS, value_ms: number | undefined, at: SettingsPath) => {
    if (value_ms !== undefined && value_ms < LEAST_MS[name])
      problems.push({ path: [...at, name], message: `is less than ${LEAST_MS[name]}ms` });
  };
  least("for", eject?.for, [...path, "eject"]);
  least("window", breaker?.window, [...path, "breaker"]);
  least("open_for", breaker?.open_for, [...path, "breaker"]);
  least("slow_start", slow_start, path);
  if (eject && eject.most <= 0)
    problems.push({
      path: [...path, "eject", "most"],
      message: "is 0%: nothing would ever be ejected",
      suggestion: "leave `eject` out",
    });
  if (breaker && breaker.errors <= 0)
    problems.push({ path: [...path, "breaker", "errors"], message: "is 0%: it would be open always" });
  problems.push(...checkHealth(health, [...path, "health"]), ...checkHash(hash, [...path, "hash"]));
}

function checkHealth(health: Service["health"], path: SettingsPath): PathProblem[] {
  if (!health) return [];
  const problems: PathProblem[] = [];
  const short = (["every", "timeout"] as const).filter((name) => health[name] < LEAST_MS[name]);
  for (const name of short) problems.push({ path: [...path, name], message: `is less than ${LEAST_MS[name]}ms` });
  if (health.get === undefined && !health.tcp)
    problems.push({ path, message: "does not say how to check", suggestion: "add `get: /healthz` or `tcp: true`" });
  if (health.get !== undefined && health.tcp)
    problems.push({ path, message: "says both `get` and `tcp`", suggestion: "`get` alone also opens the connection" });
  if (health.tcp && health.expect)
    problems.push({
      path: [...path, "expect"],
      message: "`tcp` has no status to expect",
      suggestion: "check with `get`",
    });
  return problems;
}

function checkHash(hash: Service["hash"], path: SettingsPath): PathProblem[] {
  if (!hash) return [];
  const needs_name = hash.by === "header" || hash.by === "cookie";
  if (needs_name && hash.name === undefined)
    return [{ path, message: `by ${hash.by} needs the name of the ${hash.by}`, suggestion: "add `name: x-tenant`" }];
  if (!needs_name && hash.name !== undefined)
    return [
      {
        path: [...path, "name"],
        message: `by ${hash.by} has no name`,
        suggestion: "leave it out, or write `by: header`",
      },
    ];
  return [];
}

function checkRelease(service: Service, release: Release, { path, bench }: { path: SettingsPath; bench: Bench }): void {
  const targets = targetsOf(release, service.protocol);
  bench.problems.push(
    ...checkHealth(release.health, [...path, "health"]),
    ...checkHash(release.hash, [...path, "hash"]),
    ...checkBalance(service, release, { targets, path }),
    ...checkTargets(targets, service.protocol, path),
  );
}

type Targets = ReturnType<typeof targetsOf>;

function checkBalance(
  service: Service,
  release: Release,
  { targets, path }: { targets: Targets; path: SettingsPath },
): PathProblem[] {
  const problems: PathProblem[] = [];
  const balance = release.balance ?? service.balance;
  if (balance === "round-robin" && targets.some(({ weight }) => weight !== undefined))
    problems.push({
      path: [...path, "upstreams"],
      message: "has weights, which round-robin does not heed",
      suggestion: "write `balance: weighted`",
    });
  if (balance === "consistent-hash" && !release.hash && !service.hash)
    problems.push({
      path,
      message: "consistent-hash needs to know by what",
      suggestion: "add `hash: { by: consumer }`",
    });
  if (release.hash && balance !== "consistent-hash")
    problems.push({
      path: [...path, "hash"],
      message: `is not used by ${balance}`,
      suggestion: "write `balance: consistent-hash`",
    });
  return problems;
}

function checkTargets(targets: Targets, protocol: Service["protocol"], path: SettingsPath): PathProblem[] {
  const problems: PathProblem[] = [];
  const seen = new Set<string>();
  for (const [index, { url }] of targets.entries()) {
    problems.push(...checkProtocol(protocol, url, [...path, "upstreams", index]));
    if (seen.has(url))
      problems.push({
        path: [...path, "upstreams", index],
        message: `${url} is there twice`,
        suggestion: "give it a weight",
      });
    seen.add(url);
  }
  return problems;
}

/** HTTP/2 with TLS and without are two protocols, and the address says which. */
function checkProtocol(protocol: Service["protocol"], url: string, path: SettingsPath): PathProblem[] {
  const is_secure = url.startsWith("https:");
  if (protocol === "h2" && !is_secure)
    return [{ path, message: "h2 is spoken over TLS", suggestion: "write an https address, or `protocol: h2c`" }];
  if (protocol === "h2c" && is_secure)
    return [{ path, message: "h2c is HTTP/2 without TLS", suggestion: "write `protocol: h2`" }];
  return [];
}

function checkFallback(name: string, { fallback }: Service, bench: Bench): void {
  if (!fallback) return;
  const path = ["services", name, "fallback"];
  if (fallback.service === undefined && fallback.release === undefined)
    bench.problems.push({
      path,
      message: "names nothing",
      suggestion: "write `{ service: other }` or `{ release: v1 }`",
    });
  else checkFallbackTarget(name, fallback, { path, bench });
}

function checkFallbackTarget(
  name: string,
  { service = name, release }: NonNullable<Service["fallback"]>,
  { path, bench }: { path: SettingsPath; bench: Bench },
): void {
  const other = find(bench.settings.services, service, { path: [...path, "service"], kind: "service", bench });
  if (!other) return;
  const names = Object.keys(other.releases);
  if (release !== undefined) find(other.releases, release, { path: [...path, "release"], kind: "release", bench });
  else if (service === name)
    bench.problems.push({
      path,
      message: "is the service itself",
      suggestion: "name one of its releases, or another service",
    });
  else if (names.length > 1)
    bench.problems.push({
      path,
      message: `${service} has ${names.length} releases`,
      suggestion: `add \`release: ${names[0]}\``,
    });
}
