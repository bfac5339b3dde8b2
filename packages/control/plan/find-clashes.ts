// What two objects of a plan may not share: a place that both would serve, a key that would name both. Looks over all workspaces;
// of another workspace's object a tenant learns only that it is there.
import type { PlanModel, PlanRoute } from "@holdfast/contract";
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
  return [...clashingRoutes(section.routes), ...clashingKeys(section), ...clashingModels(section.models)];
}

/**
 * Same host, same shape of path, and both list a method in common or neither lists any: neither is more specific, so order would
 * decide, and there is none. The gateway puts a route that lists its methods before one that does not (gateway/routing/router.ts).
 */
function clashingRoutes(routes: PlanRoute[]): Clash[] {
  const seen = new Map<string, PlanRoute[]>();
  const clashes: Clash[] = [];
  for (const route of routes) {
    const shape = pathShape(route.path);
    if (!shape.ok) continue;
    const key = `${route.host ?? "*"} ${shape.value}`;
    const others = seen.get(key) ?? [];
    const other = others.find((earlier) => shareMethod(earlier.methods, route.methods));
    if (other)
      clashes.push({
        workspace: route.workspace,
        path: ["routes", route.name, "match"],
        message: "matches the same requests as",
        other: { workspace: other.workspace, path: ["routes", other.name, "match"] },
      });
    seen.set(key, [...others, route]);
  }
  return clashes;
}

function shareMethod(left: string[] | undefined, right: string[] | undefined): boolean {
  return left && right ? left.some((method) => right.includes(method)) : left === right;
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

/** Without a key nothing tells workspaces apart, so a public model's name may exist once in the installation. */
function clashingModels(models: PlanModel[]): Clash[] {
  const seen = new Map<string, PlanModel>();
  const clashes: Clash[] = [];
  for (const model of models.filter(({ access }) => access === "public")) {
    const other = seen.get(model.name);
    if (other)
      clashes.push({
        workspace: model.workspace,
        path: ["models", model.name],
        message: "is public under the same name as",
        other: { workspace: other.workspace, path: ["models", other.name] },
      });
    else seen.set(model.name, model);
  }
  return clashes;
}
