// Calls of pages from other origins (fetch.spec.whatwg.org, "CORS protocol"). Preflights are answered here, before anybody is asked
// who they are: browsers send them without credentials. What an upstream says of CORS itself is replaced.
import type { CorsSettings } from "@holdfast/contract";
import { removeHeader } from "../../headers/header-list.ts";
import { definePolicy, type GivenAnswer, type PolicyCall, type ReplyHead } from "../policy.ts";
import { type OriginRule, originRule } from "./origins.ts";

type Prepared = {
  allows: OriginRule;
  /** Every origin may, so answers do not differ. */
  any: boolean;
  methods: string;
  headers: string | undefined;
  exposed: string;
  credentials: boolean;
  max_age_s: string;
};

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const ALWAYS_EXPOSED = ["x-holdfast-ref", "x-request-id"];

export const cors = definePolicy({
  id: "cors",
  about: {
    title: "CORS",
    settings: ["cors"],
    guide: "access.md#pages-of-other-origins",
    elsewhere: { kong: "cors", envoy: "cors", nginx: "add_header Access-Control-*" },
  },
  prepare(subject) {
    if (subject.kind !== "route" || !subject.cors) return undefined;
    const prepared = prepare(subject.cors, subject.methods);
    return {
      receive: (call) => receive(call, prepared),
      reply: (_, head) => dropUpstreams(head),
    };
  },
});

function prepare(settings: CorsSettings, route_methods: readonly string[] = METHODS): Prepared {
  const { origins, methods, headers, exposed_headers, credentials, max_age } = settings;
  return {
    allows: originRule(origins),
    any: origins.includes("*"),
    methods: (methods ?? route_methods.filter((method) => method !== "OPTIONS")).join(", "),
    headers: headers?.join(", "),
    exposed: [...new Set([...ALWAYS_EXPOSED, ...exposed_headers])].join(", "),
    credentials,
    max_age_s: String(Math.floor(max_age / 1000)),
  };
}

function receive(call: PolicyCall, prepared: Prepared): GivenAnswer | undefined {
  const origin = call.header("origin");
  const allowed = origin !== undefined && prepared.allows(origin);
  // A cache must not show one origin's answer to another.
  if (!prepared.any) call.reply_headers.push("vary", "origin");
  if (allowed) {
    call.reply_headers.push("access-control-allow-origin", prepared.any ? "*" : origin);
    if (prepared.credentials) call.reply_headers.push("access-control-allow-credentials", "true");
  }
  if (origin !== undefined && isPreflight(call)) return preflight(call, allowed, prepared);
  if (allowed) call.reply_headers.push("access-control-expose-headers", prepared.exposed);
  return undefined;
}

function isPreflight(call: PolicyCall): boolean {
  return call.method === "OPTIONS" && call.header("access-control-request-method") !== undefined;
}

/** A page of another origin hears nothing, which its browser takes for no. */
function preflight(call: PolicyCall, allowed: boolean, prepared: Prepared): GivenAnswer {
  if (!allowed) return { status: 204, headers: [], body: "" };
  const headers = ["access-control-allow-methods", prepared.methods, "access-control-max-age", prepared.max_age_s];
  const asked = prepared.headers ?? requestedHeaders(call);
  if (asked !== undefined && asked !== "") headers.push("access-control-allow-headers", asked);
  if (prepared.headers === undefined) headers.push("vary", "access-control-request-headers");
  return { status: 204, headers, body: "" };
}

const NAMES = /^[\w!#$%&'*+.^`|~-]+( *, *[\w!#$%&'*+.^`|~-]+)*$/;
const NAMES_CHARACTERS_MAX = 2048;

/** What the page asks for, if it is a list of header names. */
function requestedHeaders(call: PolicyCall): string | undefined {
  const asked = call.header("access-control-request-headers");
  return asked !== undefined && asked.length <= NAMES_CHARACTERS_MAX && NAMES.test(asked) ? asked : undefined;
}

const UPSTREAMS = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-expose-headers",
  "access-control-max-age",
];

/** Two answers to one question are none for a browser. */
function dropUpstreams({ headers }: ReplyHead): void {
  for (const name of UPSTREAMS) removeHeader(headers, name);
}
