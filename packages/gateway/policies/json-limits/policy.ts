// Limits on JSON bodies, held before anything builds a value of them. A body without a type counts as JSON: its reader may take it
// for that. Other types are content-type's subject.
import { gatheredBytes, isJson, jsonRefusal, requestType, unreadable } from "../body-reader.ts";
import { definePolicy, type PolicyCall } from "../policy.ts";
import { scanJson } from "./scan.ts";

export const jsonLimits = definePolicy({
  id: "json-limits",
  about: {
    title: "Limits on JSON",
    settings: ["checks.json"],
    guide: "checks.md",
    elsewhere: { kong: "json-threat-protection", envoy: undefined, nginx: undefined },
  },
  prepare(subject) {
    const limits = subject.kind === "route" ? subject.checks?.json : undefined;
    if (subject.kind !== "route" || !limits) return undefined;
    return {
      whole_body: { bytes_max: gatheredBytes(subject), wants: mayBeJson },
      shape(call) {
        if (!call.body || !mayBeJson(call)) return undefined;
        const refusal = unreadable(call);
        const fault = refusal ? undefined : scanJson(call.body, limits);
        return fault ? jsonRefusal(fault) : refusal;
      },
    };
  },
});

function mayBeJson(call: PolicyCall): boolean {
  const type = requestType(call);
  return type === undefined || isJson(type);
}
