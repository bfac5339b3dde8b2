// What the upstream gets for path and host. The result is as canonical as what came in: stripping and prefixing whole segments keeps
// it so, and what a template makes is looked at again, because parts that are harmless alone can make a dot segment together.
import type { PlanRoute } from "@holdfast/contract";
import { canonicalTargetOn } from "../../routing/canonical-path.ts";
import { preparePathTemplate } from "../../routing/path-template.ts";
import { definePolicy, type PolicyCall, type Refusal } from "../policy.ts";

type Shape = (call: PolicyCall) => Refusal | undefined;

export const rewrite = definePolicy({
  id: "rewrite",
  about: {
    title: "Rewrite of path and host",
    settings: ["rewrite"],
    guide: "routing.md#what-the-upstream-gets-of-it",
    elsewhere: {
      kong: "strip_path, preserve_host, request-transformer",
      envoy: "prefix_rewrite, regex_rewrite, host_rewrite_literal",
      nginx: "rewrite, proxy_pass with a path, proxy_set_header Host",
    },
  },
  prepare(subject) {
    if (subject.kind !== "route" || !subject.rewrite) return undefined;
    const { host, path, strip = "", prefix = "" } = subject.rewrite;
    const rewritePath = path === undefined ? stripAndPrefix(strip, prefix) : byTemplate(path, subject);
    return {
      shape(call) {
        if (host !== undefined) call.upstream_host = host === "preserve" ? call.header("host") : host;
        // Services that write links to themselves put it before them.
        if (strip !== "") call.upstream_headers.push("x-forwarded-prefix", strip);
        return rewritePath(call);
      },
    };
  },
});

/** `strip` is whole segments at the beginning of every path of the route. Those of a call may be written with more characters. */
function stripAndPrefix(strip: string, prefix: string): Shape {
  const depth = strip.split("/").length - 1;
  return (call) => {
    call.upstream_path = prefix + behind(call.path, depth) || "/";
    return undefined;
  };
}

/** From the slash on that comes after so many segments. */
function behind(path: string, segments: number): string {
  let at = 0;
  for (let passed = 0; passed < segments && at >= 0; passed++) at = path.indexOf("/", at + 1);
  return at < 0 ? "" : path.slice(at);
}

function byTemplate(text: string, route: PlanRoute): Shape {
  const template = preparePathTemplate(text, route);
  return (call) => {
    const made = template(call);
    const canonical = canonicalTargetOn(route, made);
    if (!canonical.ok || canonical.value.path !== made) return REFUSAL;
    call.upstream_path = made;
    return undefined;
  };
}

const REFUSAL: Refusal = {
  code: "malformed_request",
  detail:
    "What the request names makes no path that could be passed on: it is empty, a dot segment, or has a slash that is not kept here.",
};
