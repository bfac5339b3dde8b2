// The form of a policy's cases: a subject of a plan, then calls in their order, each with what has to come of it.
// policies.test.ts runs the cases of every policy; each policy refuses in at least one.
import type { ProblemCode } from "@holdfast/base";
import type { ConsumerPlan, PlanConsumer, PlanRoute } from "@holdfast/contract";
import type { PolicySubject } from "./policy.ts";

export type PolicyCase = {
  name: string;
  subject: PolicySubject;
  /** Default: none. */
  consumer_plans?: ConsumerPlan[];
  calls: CaseCall[];
};

export type CaseCall = {
  /** Milliseconds after the case began; default: at once. */
  at_ms?: number;
  method?: string;
  path?: string;
  query?: string;
  host?: string;
  scheme?: "http" | "https";
  /** Names and values in turn. */
  request_headers?: string[];
  /** The whole body, as policies with `whole_body` get it. */
  body?: string;
  scopes?: string[];
  api_key?: string;
  authorization?: string;
  client_address?: string;
  content_length?: number;
  /** Pieces of a chunked body. */
  body_pieces_bytes?: number[];
  /** Default: always the same one. */
  id?: string;
  /** Who another policy has found to be calling. */
  called_by?: string;
  /** What the upstream gets; not checked when left out. */
  upstream_path?: string;
  upstream_host?: string;
  /** Names and values in turn. */
  upstream_headers?: string[];
  /** What the upstream answers to a call that went on; headers: names in lower case and values in turn. `gives` is of this then. */
  answered?: { status: number; headers?: string[]; body?: string };
  /** A refusal's code, or the status of an answer that the policy gives itself. */
  gives: "pass" | ProblemCode | number;
  consumer?: string;
  /** Bytes of the request's head; default 100. */
  head_bytes?: number;
  /** The call is over before the next one begins. */
  ends?: boolean;
  /** Credentials that must not be forwarded; exactly these. */
  drops?: ("api_key" | "authorization")[];
  /** Headers of the answer, names and values in turn; not checked when left out. */
  headers?: string[];
};

/** Consumers of every case. Keys are `key-of-<name>`; the stranger is of another workspace. */
export const CASE_CONSUMERS: readonly Omit<PlanConsumer, "key_hashes">[] = [
  { workspace: "acme", name: "shop" },
  {
    workspace: "acme",
    name: "partner",
    scopes: ["orders.read"],
    subscriptions: ["orders"],
    known_as: { staff: ["pat"] },
  },
  { workspace: "acme", name: "app" },
  { workspace: "acme", name: "tester", groups: ["testers"] },
  { workspace: "acme", name: "member", plan: "gold" },
  { workspace: "acme", name: "regular", plan: "gold" },
  { workspace: "other", name: "stranger" },
];

export const publicRoute: PlanRoute = {
  kind: "route",
  workspace: "acme",
  subject: "routes.orders",
  name: "orders",
  service: "orders",
  path: "/orders/**",
  access: "public",
  limits: [],
  capture: { headers: false, payload_share: 0 },
  timeouts: { connect_ms: 1000, first_byte_ms: 1000, idle_ms: 1000, total_ms: 10_000 },
  releases: [{ name: "v1", weight: 1, targets: [{ url: "http://127.0.0.1:1" }] }],
};

export const privateRoute: PlanRoute = { ...publicRoute, access: "api-key" };
