// What the redirect policy does, as data.
import type { PlanAnswer } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const to = (path: string, target: string, more: Partial<Extract<PlanAnswer, { kind: "redirect" }>> = {}) => ({
  ...publicRoute,
  path,
  answer: { kind: "redirect" as const, to: target, status: 307, keep_query: true, ...more },
});
const goes = (path: string, location: string, query?: string): CaseCall => ({
  path,
  ...(query === undefined ? {} : { query }),
  gives: 307,
  headers: ["location", location],
});

export const cases: PolicyCase[] = [
  {
    name: "to another path, the query with it",
    subject: to("/old/:id/**", "/new/{param.id}/{param.**}"),
    calls: [
      goes("/old/7/a/b", "/new/7/a/b"),
      goes("/old/7/a", "/new/7/a?x=1&y=%20", "x=1&y=%20"),
      // Encoded as it came, so it can begin neither a query nor a host.
      goes("/old/%3Fa/b", "/new/%3Fa/b"),
    ],
  },
  {
    name: "to the same path elsewhere",
    subject: to("/**", "https://{host}.example.org{path}?from={query.from}#top", { status: 308 }),
    calls: [
      {
        path: "/a/b",
        query: "from=x%26y",
        gives: 308,
        headers: ["location", "https://api.example.com.example.org/a/b?from=x%26y&from=x%26y#top"],
      },
    ],
  },
  {
    name: "without the query",
    subject: to("/**", "/all", { keep_query: false }),
    calls: [goes("/a", "/all", "x=1")],
  },
  {
    name: "the same answer for everybody",
    subject: {
      ...publicRoute,
      answer: {
        kind: "respond",
        status: 451,
        headers: { link: "</law>; rel=blocked-by" },
        content_type: "text/plain",
        body: "no",
      },
    },
    calls: [{ gives: 451, headers: ["link", "</law>; rel=blocked-by", "content-type", "text/plain"] }],
  },
  {
    name: "an answer without a body has no type",
    subject: {
      ...publicRoute,
      answer: { kind: "respond", status: 204, headers: {}, content_type: "text/plain", body: "" },
    },
    calls: [{ gives: 204, headers: [] }],
  },
];
