// One workspace's settings into its section of the plan. Whether sections get along is `find-clashes.ts`.
import { createHash } from "node:crypto";
import type { PlanConsumer, PlanModel, PlanRoute, PlanSite, Settings } from "@holdfast/contract";
import { type Bench, compileModel, compileRoute, find } from "./compile-subjects.ts";
import type { PathProblem } from "./problem.ts";

export type PlanSection = { routes: PlanRoute[]; models: PlanModel[]; consumers: PlanConsumer[]; sites: PlanSite[] };

/** Shorter keys could be guessed at the speed of a gateway; 16 characters of any alphabet are at least 64 bits when random. */
const KEY_CHARACTERS_MIN = 16;

export type CompiledSection = { section: PlanSection; problems: PathProblem[] };

/** `section` is whole only when there are no problems. */
export function compileSection(settings: Settings, provider_urls: Readonly<Record<string, string>>): CompiledSection {
  const bench: Bench = { settings, provider_urls, problems: [] };
  checkProviders(bench);
  checkLaunches(bench);
  const section: PlanSection = {
    routes: Object.entries(settings.routes).flatMap(([name, route]) => compileRoute(name, route, bench) ?? []),
    models: Object.entries(settings.models).map(([name, model]) => compileModel(name, model, bench)),
    consumers: Object.entries(settings.consumers).map(([name, { keys }]) => compileConsumer(name, keys, bench)),
    sites: Object.entries(settings.sites).map(([name, { origins, replies_from }]) => ({
      workspace: settings.workspace,
      name,
      origins: origins.map((origin) => origin.toLowerCase()),
      ...(replies_from ? { replies_from } : {}),
    })),
  };
  return { section, problems: bench.problems };
}

function checkProviders({ settings, provider_urls, problems }: Bench): void {
  for (const [name, { kind, url }] of Object.entries(settings.providers))
    if (url === undefined && provider_urls[kind] === undefined)
      problems.push({
        path: ["providers", name],
        message: `a provider of kind ${kind} needs its address`,
        suggestion: "add `url: http://127.0.0.1:11434/v1`, with the version",
      });
}

function checkLaunches(bench: Bench): void {
  for (const [name, { scope, window }] of Object.entries(bench.settings.launches)) {
    const path = ["launches", name];
    for (const kind of ["routes", "models"] as const)
      for (const [index, member] of scope[kind].entries())
        find<unknown>(bench.settings[kind], member, {
          path: [...path, "scope", kind, index],
          kind: kind === "routes" ? "route" : "model",
          bench,
        });
    if (Date.parse(window.until) <= Date.parse(window.from))
      bench.problems.push({ path: [...path, "window", "until"], message: "is not after `from`" });
  }
}

function compileConsumer(name: string, keys: string[], { settings, problems }: Bench): PlanConsumer {
  const key_hashes = keys.map((key, index) => {
    if (key.length < KEY_CHARACTERS_MIN)
      problems.push({
        path: ["consumers", name, "keys", index],
        message: `the key has fewer than ${KEY_CHARACTERS_MIN} characters`,
        suggestion: "make one with `openssl rand -hex 24`",
      });
    return createHash("sha256").update(key).digest("hex");
  });
  return { workspace: settings.workspace, name, key_hashes };
}
