// Changes of requests and answers: headers, query, path, status and JSON bodies, by templates and expressions that were compiled
// with the plan.
import { gatheredBytes } from "../body-reader.ts";
import { definePolicy, type Hooks, type PolicyCall } from "../policy.ts";
import { replyHooks } from "./shape-reply.ts";
import { requestHooks } from "./shape-request.ts";

export const transform = definePolicy({
  id: "transform",
  about: {
    title: "Transformation",
    settings: ["transform"],
    guide: "transform.md",
    elsewhere: {
      kong: "request-transformer, response-transformer, jq",
      envoy: "header_mutation, lua",
      nginx: "proxy_set_header, add_header, sub_filter, njs",
    },
  },
  prepare(subject) {
    const settings = subject.kind === "route" ? subject.transform : undefined;
    if (subject.kind !== "route" || !settings) return undefined;
    const request: Hooks = settings.request ? requestHooks(subject, settings.request) : {};
    const reply: Hooks = settings.response ? replyHooks(settings.response, gatheredBytes(subject)) : {};
    return { ...request, ...reply, ...bothShapes(request.shape, reply.shape) };
  },
});

type Shape = Hooks["shape"];

/** What the answer needs of the request comes first: it changes headers alone. */
function bothShapes(request: Shape, reply: Shape): Pick<Hooks, "shape"> {
  if (!request || !reply) return {};
  return { shape: (call: PolicyCall) => reply(call) ?? request(call) };
}
