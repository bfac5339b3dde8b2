// The paths under which models are served, on every host, unless a route of the plan claims them.
import type { Call } from "../pipeline/call.ts";
import type { Refusal } from "../policies/policy.ts";
import { ModelCall } from "./model-call.ts";
import { modelJourney } from "./model-journey.ts";

const ENDPOINTS = new Map<string, { endpoint: ModelCall["endpoint"]; methods: string[] }>([
  ["/v1/chat/completions", { endpoint: "chat", methods: ["POST"] }],
  ["/v1/models", { endpoint: "list", methods: ["GET", "HEAD"] }],
]);

/** Makes the call a model's, if its path is one of ours. */
export function modelEndpoint(call: Call): Refusal | undefined | "none" {
  const found = ENDPOINTS.get(call.path);
  if (!found) return "none";
  call.model = new ModelCall(found.endpoint);
  call.journey = modelJourney;
  if (found.methods.includes(call.exchange.method)) return undefined;
  const allow = found.methods.join(", ");
  return { code: "method_not_allowed", detail: `This path takes ${allow}.`, headers: ["allow", allow] };
}
