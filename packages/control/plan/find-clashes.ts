// What two objects of a plan may not share: a place that both would serve, a key that would name both. Looks over all workspaces;
// of another workspace's object a tenant learns only that it is there.
import type { PlanAccess, PlanCondition, PlanModel, PlanRoute } from "@holdfast/contract";
import { createClaims } from "./claims.ts";
import type { PlanSection } from "./compile-section.ts";
import type { SettingsPath } from "./json-schema.ts";
import { pathShape } from "./path-pattern.ts";

/** A problem between two objects, to be shown at `path` in `workspace`. `other` is the earlier of the two. */
export type Clash = {
  workspace: string;
  path: SettingsPath;
  message: string;
  other: { workspace: string; path: SettingsPath };
};

export function findClashes(section: PlanSection): Clash[] {
  // A draft takes no calls, so it takes them from nobody.
  const served = section.routes.filter(({ lifecycle }) => lifecycle?.state !== "draft");
  return [
    ...overlappingWorkspaces(served),
    ...clashingRoutes(served),
    ...clashingKeys(section),
    ...clashingModels(section.models),
  ];
}

/**
 * A host with a path belongs to one workspace: where two could take the same request, the more specific one would take calls, and
 * the keys in them, away from the other. Methods and conditions do not divide a path between workspaces.
 */
function overlappingWorkspaces(routes: PlanRoute[]): Clash[] {
  if (routes.every(({ workspace }) => workspace === routes[0]?.workspace)) return [];
  const claims = createClaims<PlanRoute>();
  return routes.flatMap((route) => {
    const other = placesOf(route)
      .map((place) => claims.add(place, route))
      .find((found) => found !== undefined);
    return other ? [clashOf(route, other, "takes requests of the same host and path as")] : [];
  });
}

type Place = { host: string | undefined; path: string };

/** Each host with each path. */
function placesOf({ host, path, also }: PlanRoute): Place[] {
  const hosts = [host, ...(also?.hosts ?? [])];
  return hosts.flatMap((each) => [path, ...(also?.paths ?? [])].map((one) => ({ host: each, path: one })));
}

function clashOf(route: PlanRoute, other: PlanRoute, message: string): Clash {
  return {
    workspace: route.workspace,
    path: ["routes", route.name, "match"],
    message,
    other: { workspace: other.workspace, path: ["routes", other.name, "match"] },
  };
}

/**
 * Within a workspace: same host, same shape of path, a method in common or none listed by either, as many conditions of each kind,
 * and a request could fit both: neither is more specific, so order would decide, and there is none. The gateway's order is
 * written down in gateway/routing/router.ts.
 */
function clashingRoutes(routes: PlanRoute[]): Clash[] {
  const seen = new Map<string, PlanRoute[]>();
  return routes.flatMap((route) => {
    const others = placesOf(route).flatMap((place) => {
      const shape = pathShape(place.path);
      if (!shape.ok) return [];
      const key = `${route.workspace} ${place.host ?? "*"} ${shape.value}`;
      const earlier = seen.get(key) ?? [];
      const tied = earlier.find((other) => other !== route && tie(other, route));
      seen.set(key, [...earlier, route]);
      return tied ? [tied] : [];
    });
    return others[0] ? [clashOf(route, others[0], "matches the same requests as")] : [];
  });
}

function tie(left: PlanRoute, right: PlanRoute): boolean {
  if (!shareMethod(left.methods, right.methods)) return false;
  const [ours = [], theirs = []] = [left.conditions, right.conditions];
  if (ours.length !== theirs.length || queryCount(ours) !== queryCount(theirs)) return false;
  return !ours.some((own) => theirs.some((other) => excludeEachOther(own, other)));
}

function queryCount(conditions: readonly PlanCondition[]): number {
  return conditions.filter((condition) => condition.in === "query").length;
}

function shareMethod(left: string[] | undefined, right: string[] | undefined): boolean {
  return left && right ? left.some((method) => right.includes(method)) : left === right;
}

/** No value satisfies both, as far as can be told without comparing patterns. */
function excludeEachOther(left: PlanCondition, right: PlanCondition): boolean {
  if (left.in !== right.in || left.name !== right.name) return false;
  if (takesAbsence(left) && takesAbsence(right)) return false;
  if (left.present === false || right.present === false) return true;
  if (left.exact) return !left.exact.some((value) => takes(right, value));
  if (right.exact) return !right.exact.some((value) => takes(left, value));
  const [one, other] = [left.prefix, right.prefix];
  return one !== undefined && other !== undefined && !one.startsWith(other) && !other.startsWith(one);
}

function takesAbsence({ present, or_absent }: PlanCondition): boolean {
  return present === false || or_absent === true;
}

function takes({ exact, prefix }: PlanCondition, value: string): boolean {
  if (exact) return exact.includes(value);
  return prefix === undefined || value.startsWith(prefix);
}

/** A key names its consumer and, on paths that all workspaces share, its workspace: so it may exist once. */
function clashingKeys({ consumers }: PlanSection): Clash[] {
  const seen = new Map<string, Clash["other"]>();
  const clashes: Clash[] = [];
  for (const { workspace, name, key_hashes } of consumers)
    for (const [index, hash] of key_hashes.entries()) {
      const here = { workspace, path: ["consumers", name, "keys", index] };
      const other = seen.get(hash);
      if (other) clashes.push({ ...here, message: "is the same key as", other });
      else seen.set(hash, here);
    }
  return clashes;
}

/** Without a key nothing tells workspaces apart, so the name of a model that needs none may exist once in the installation. */
function clashingModels(models: PlanModel[]): Clash[] {
  const seen = new Map<string, PlanModel>();
  const clashes: Clash[] = [];
  for (const model of models.filter(({ access }) => !needsKey(access))) {
    const other = seen.get(model.name);
    if (other)
      clashes.push({
        workspace: model.workspace,
        path: ["models", model.name],
        message: "can be called without a key under the same name as",
        other: { workspace: other.workspace, path: ["models", other.name] },
      });
    else seen.set(model.name, model);
  }
  return clashes;
}

function needsKey(access: PlanAccess): boolean {
  return typeof access === "string" ? access === "api-key" : access.any_of.every(({ kind }) => kind === "api-key");
}
