// Fifth phase: which release serves this caller, and which of its targets is next.
import type { Refusal } from "../policies/policy.ts";
import { chooseRelease } from "../releases/choose-release.ts";
import type { Subject } from "../runtime/runtime.ts";
import type { Call } from "./call.ts";

export function choose(call: Call): Refusal | undefined {
  const { releases, seed, plan } = call.subject as Subject;
  const release = chooseRelease(releases, call.consumer ?? call.client_address, seed);
  // Targets of a route are alike and take turns; those of a model are a first choice and its fallbacks.
  const target = release?.targets[plan.kind === "route" ? release.turn++ % release.targets.length : 0];
  if (!release || !target) return { code: "upstream_unreachable", detail: "No release takes traffic at present." };
  call.release = release;
  call.target = target;
  return undefined;
}
