// Which workspace's model a name means. A key decides the workspace; without one only models that are public count, and only
// when the name means one of them.
import type { Call } from "../pipeline/call.ts";
import { findConsumer } from "../policies/api-key/policy.ts";
import type { Refusal } from "../policies/policy.ts";
import type { Subject } from "../runtime/runtime.ts";

/** Before the body is read: who cannot call any model is not listened to. */
export function identifyCaller(call: Call): Refusal | undefined {
  const consumer = findConsumer(call, call.runtime.consumers);
  if (consumer) {
    call.workspace = consumer.workspace;
    call.consumer = consumer.name;
    return undefined;
  }
  return call.runtime.models.open.length > 0 ? undefined : needsKey(call);
}

export function findModel(call: Call, name: string): Subject | Refusal {
  const { models } = call.runtime;
  const named = (subject: Subject) => subject.plan.name === name;
  if (call.consumer !== undefined)
    return models.ofWorkspace(call.workspace).find(named) ?? unknown(`No model is named ${JSON.stringify(name)}.`);
  const [first, second] = models.open.filter(named);
  if (second) return unknown("Several workspaces have a public model of this name; a key tells which is meant.");
  return first ?? needsKey(call);
}

/** Models that the caller may name. */
export function modelsFor(call: Call): readonly Subject[] {
  const { models } = call.runtime;
  return call.consumer === undefined
    ? models.open.filter(({ plan }) => plan.access === "public")
    : models.ofWorkspace(call.workspace);
}

function unknown(detail: string): Refusal {
  return { code: "model_unknown", detail };
}

function needsKey(call: Call): Refusal {
  const { api_key, authorization } = call.headers;
  const headers = ["www-authenticate", 'Bearer realm="holdfast"'];
  if (api_key === undefined && authorization === undefined)
    return { code: "credentials_missing", detail: "No API key was sent.", headers };
  return { code: "credentials_invalid", detail: "The API key is not known here.", headers };
}
