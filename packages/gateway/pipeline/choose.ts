// Fifth phase: which release serves this caller, and which of its targets is next.
import type { Refusal } from "../policies/policy.ts";
import { chooseRelease } from "../releases/choose-release.ts";
import type { Release, Subject } from "../runtime/runtime.ts";
import type { UpstreamGroup } from "../upstreams/group.ts";
import type { Call } from "./call.ts";

export function choose(call: Call): Refusal | undefined {
  const { releases, seed, place, picker } = call.subject as Subject;
  const release = picker ? picker(call) : chooseRelease(releases, call.consumer ?? call.client_address, seed);
  if (release?.group) return chooseAmong(release, release.group, call);
  // Targets of a route are alike and take turns; those of a model are a first choice and its fallbacks.
  const target = release?.targets[place >= 0 ? release.turn++ % release.targets.length : 0];
  if (!release || !target) return { code: "upstream_unreachable", detail: "No release takes traffic at present." };
  call.release = release;
  call.target = target;
  return undefined;
}

function chooseAmong(release: Release, group: UpstreamGroup, call: Call): Refusal | undefined {
  call.release = release;
  call.target = group.pickOrFallBack(call, call.mark_us);
  if (call.target) return undefined;
  return {
    code: "upstream_unavailable",
    detail: `No upstream of release ${release.name} takes calls at present.`,
    headers: ["retry-after", String(group.waitSeconds(call.mark_us))],
  };
}
