// One workspace's settings into its section of the plan. Whether sections get along is `find-clashes.ts`.
import type {
  ConsumerPlan,
  PlanCertificate,
  PlanConsumer,
  PlanModel,
  PlanRoute,
  PlanSite,
  Settings,
} from "@holdfast/contract";
import { compileCertificates } from "./compile-certificates.ts";
import { compileConsumerPlans, compileConsumers } from "./compile-consumers.ts";
import { checkIdentities } from "./compile-identity.ts";
import { type Bench, compileModel, compileRoute, find } from "./compile-subjects.ts";
import { checkServices } from "./compile-upstreams.ts";
import type { PathProblem } from "./problem.ts";
import { type Documents, noDocuments } from "./read-documents.ts";

export type PlanSection = {
  routes: PlanRoute[];
  models: PlanModel[];
  consumers: PlanConsumer[];
  /** Left out by sections that were kept before there were any. */
  consumer_plans?: ConsumerPlan[];
  sites: PlanSite[];
  /** Left out by sections that were kept before there were any. */
  certificates?: PlanCertificate[];
};

export type CompiledSection = { section: PlanSection; problems: PathProblem[] };

/** `section` is whole only when there are no problems. */
export function compileSection(
  settings: Settings,
  provider_urls: Readonly<Record<string, string>>,
  documents: Documents = noDocuments(),
): CompiledSection {
  const bench: Bench = { settings, provider_urls, documents, problems: [] };
  checkProviders(bench);
  checkServices(bench);
  checkIdentities(bench);
  checkLaunches(bench);
  const section: PlanSection = {
    routes: Object.entries(settings.routes).flatMap(([name, route]) => compileRoute(name, route, bench) ?? []),
    models: Object.entries(settings.models).map(([name, model]) => compileModel(name, model, bench)),
    consumers: compileConsumers(bench),
    consumer_plans: compileConsumerPlans(bench),
    certificates: compileCertificates(bench),
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
