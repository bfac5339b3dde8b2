// Answers that settings write down: a redirect, or the same answer for everybody. Given in `shape`, so after everything that says
// who may call and how often.
import type { PlanAnswer, PlanRoute } from "@holdfast/contract";
import { preparePathTemplate } from "../../routing/path-template.ts";
import { definePolicy, type GivenAnswer, type PolicyCall } from "../policy.ts";

export const redirect = definePolicy({
  id: "redirect",
  about: {
    title: "Redirects and fixed responses",
    settings: ["redirect", "respond"],
    guide: "routing.md#what-a-route-answers-without-an-upstream",
    elsewhere: {
      kong: "redirect, request-termination, mocking",
      envoy: "redirect, direct_response",
      nginx: "return, rewrite … redirect",
    },
  },
  prepare(subject) {
    if (subject.kind !== "route" || !subject.answer) return undefined;
    const { answer } = subject;
    if (answer.kind === "redirect") return { shape: redirectBy(answer, subject) };
    const given = fixedAnswer(answer);
    return { shape: () => given };
  },
});

type Redirect = Extract<PlanAnswer, { kind: "redirect" }>;

function redirectBy({ to, status, keep_query }: Redirect, route: PlanRoute): (call: PolicyCall) => GivenAnswer {
  const template = preparePathTemplate(to, route);
  return (call) => {
    const location = template(call);
    const query = keep_query ? call.query : undefined;
    return { status, headers: ["location", query === undefined ? location : withQuery(location, query)], body: "" };
  };
}

/** Behind the query that is there, before the fragment (RFC 3986 section 3). */
function withQuery(location: string, query: string): string {
  const hash = location.indexOf("#");
  const [before, fragment] = hash < 0 ? [location, ""] : [location.slice(0, hash), location.slice(hash)];
  return `${before}${before.includes("?") ? "&" : "?"}${query}${fragment}`;
}

function fixedAnswer({ status, headers, content_type, body }: Extract<PlanAnswer, { kind: "respond" }>): GivenAnswer {
  const flat = Object.entries(headers).flat();
  if (body !== "") flat.push("content-type", content_type);
  return { status, headers: flat, body: Buffer.from(body) };
}
