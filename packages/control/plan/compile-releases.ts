// What a route or model says about its releases beside their shares: who is sent where, what callers stick to, copies for a
// shadow, and the steps of a promotion. Shares themselves are settled in compile-subjects.ts.
import type {
  PlanPick,
  PlanPromote,
  PlanRoute,
  PromoteSettings,
  RouteSettings,
  ShadowSettings,
  StickySettings,
} from "@holdfast/contract";
import { type Bench, notFound } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";
import { pathText } from "./problem.ts";

/** Models have no shadow. */
type Declared = Pick<RouteSettings, "pick" | "sticky" | "promote" | "rollback"> & {
  shadow?: ShadowSettings | undefined;
};

type Parts = { path: SettingsPath; releases: readonly { name: string; weight: number }[]; bench: Bench };

type ReleaseRules = {
  pick?: PlanPick[];
  sticky?: StickySettings;
  promote?: PlanPromote;
  shadow?: NonNullable<PlanRoute["shadow"]>;
};

export function releaseRulesOf(declared: Declared, parts: Parts): ReleaseRules {
  const { pick, sticky, promote, shadow, rollback } = declared;
  return {
    ...(pick ? { pick: pick.map((rule, index) => compilePick(rule, index, parts)) } : {}),
    ...(sticky ? { sticky: compileSticky(sticky, parts) } : {}),
    ...(promote ? { promote: compilePromote(promote, rollback, parts) } : {}),
    ...(shadow ? { shadow: compileShadow(shadow, declared, parts) } : {}),
  };
}

function compilePick(rule: NonNullable<Declared["pick"]>[number], index: number, parts: Parts): PlanPick {
  const path = [...parts.path, "pick", index];
  mustBeRelease(rule.release, [...path, "release"], parts);
  const { header, cookie, consumer } = rule;
  return {
    release: rule.release,
    ...(header ? { headers: Object.entries(header).map(([name, value]) => [name.toLowerCase(), value]) } : {}),
    ...(cookie ? { cookies: Object.entries(cookie) } : {}),
    ...(consumer ? { consumers: consumersNamed(consumer, [...path, "consumer"], parts.bench) } : {}),
  };
}

/** Names of consumers; a group stands for those who are in it. Where identities name callers, a name need not be declared. */
function consumersNamed(names: readonly string[], path: SettingsPath, { settings, problems }: Bench): string[] {
  const { consumers } = settings;
  const groups = Map.groupBy(
    Object.entries(consumers).flatMap(([name, { groups = [] }]) => groups.map((group) => ({ name, group }))),
    ({ group }) => group,
  );
  const strangers_may_call = Object.keys(settings.identity).length > 0;
  const found = names.flatMap((name, index) => {
    const members = groups.get(name)?.map((member) => member.name) ?? [];
    if (members.length > 0) return Object.hasOwn(consumers, name) ? [name, ...members] : members;
    if (!Object.hasOwn(consumers, name) && !strangers_may_call)
      problems.push(
        notFound(name, [...Object.keys(consumers), ...groups.keys()], {
          path: [...path, index],
          kind: "consumer or group",
        }),
      );
    return [name];
  });
  return [...new Set(found)];
}

function compileSticky(sticky: StickySettings, { path, bench }: Parts): StickySettings {
  if (sticky.by === "own_cookie" && sticky.for < 1000)
    bench.problems.push({ path: [...path, "sticky", "for"], message: "a cookie lives at least 1s" });
  return sticky.by === "header" ? { ...sticky, name: sticky.name.toLowerCase() } : sticky;
}

/** A promotion without a judge would send everybody to whatever was released. */
function compilePromote(promote: PromoteSettings, rollback: Declared["rollback"], parts: Parts): PlanPromote {
  const path = [...parts.path, "promote"];
  const { problems } = parts.bench;
  mustBeRelease(promote.to, [...path, "to"], parts);
  if (!rollback)
    problems.push({
      path,
      message: "needs `rollback`: nothing else says when a release is bad",
      suggestion: "add `rollback: { against: <the release that serves now> }`",
    });
  else if (rollback.against === promote.to)
    problems.push({ path: [...path, "to"], message: "is the release that `rollback` goes back to" });
  for (const [index, { share }] of promote.steps.entries())
    if (share <= (promote.steps[index - 1]?.share ?? 0))
      problems.push({ path: [...path, "steps", index, "share"], message: "is not more than in the step before" });
  return {
    to: promote.to,
    steps: promote.steps.map((step) => ({ share: step.share, for_ms: step.for })),
    on_failure: promote.on_failure,
    least_calls: promote.least_calls ?? rollback?.least_calls ?? 0,
    start: promote.start,
  };
}

function compileShadow(shadow: ShadowSettings, { promote, pick }: Declared, parts: Parts): ShadowSettings {
  const { path, releases, bench } = parts;
  const at = [...path, "shadow", "to"];
  mustBeRelease(shadow.to, at, parts);
  // What it serves itself is not copied to it.
  const served = releases.find(({ name, weight }) => name === shadow.to && weight > 1 - NOTHING_LEFT);
  if (releases.length === 1) bench.problems.push({ path: at, message: "is the only release: nothing is copied to it" });
  else if (served && !promote && !pick?.some(({ release }) => release !== shadow.to))
    bench.problems.push({
      path: at,
      message: `is the release that ${pathText([...path, "split"])} gives every call to: nothing is copied to it`,
      suggestion: "take the shadow out, or give another release a share",
    });
  return shadow;
}

/** Shares are rounded. */
const NOTHING_LEFT = 1e-6;

function mustBeRelease(name: string, path: SettingsPath, { releases, bench }: Parts): void {
  const names = releases.map((release) => release.name);
  if (!names.includes(name)) bench.problems.push(notFound(name, names, { path, kind: "release" }));
}
