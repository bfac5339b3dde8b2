// The plan of the benchmark: routes with a key check and a rate limit that never refuses, and what the condition adds.
import { createHash, randomBytes } from "node:crypto";
import type { Plan, PlanRoute } from "@holdfast/contract";
import { type Condition, keyOf, ORDER_SCHEMA } from "./conditions.ts";

const NEVER_REACHED = 1_000_000;

export type PlanParts = {
  upstream_port: number;
  shadow_port: number;
  /** Of the keys. */
  secret: string;
  /** PEM; under TLS only. */
  certificate?: { certificate: string; key: string };
};

export function benchPlan(condition: Condition, parts: PlanParts): Plan {
  const { routes, keys, tls } = condition;
  return {
    version: 1,
    number: 1,
    made_at: Date.now(),
    routes: Array.from({ length: routes }, (_, index) => routeOf(index, condition, parts)),
    models: [],
    consumers: Array.from({ length: keys }, (_, index) => ({
      workspace: "bench",
      name: `consumer-${index}`,
      key_hashes: [createHash("sha256").update(keyOf(parts.secret, index)).digest("hex")],
    })),
    sites: [],
    ...(tls && parts.certificate ? { certificates: [certificateOf(parts.certificate)] } : {}),
    reference_keys: { bench: randomBytes(32).toString("base64url") },
  };
}

function routeOf(index: number, { shadow, validation }: Condition, parts: PlanParts): PlanRoute {
  const { upstream_port, shadow_port } = parts;
  const release = (name: string, weight: number, port: number) => ({
    name,
    weight,
    targets: [{ url: `http://127.0.0.1:${port}` }],
  });
  const copies = { to: "copy", share: 1, methods: ["GET" as const], body_most: 65_536, at_once: 1000, timeout: 5000 };
  return {
    kind: "route",
    workspace: "bench",
    subject: `routes.r${index}`,
    name: `r${index}`,
    service: "orders",
    path: `/r${index}/**`,
    access: "api-key",
    limits: [
      { name: "per_consumer", by: "consumer", rate: { count: NEVER_REACHED, window_ms: 1000 }, burst: NEVER_REACHED },
    ],
    capture: { headers: false, payload_share: 0 },
    timeouts: { connect_ms: 2000, first_byte_ms: 30_000, idle_ms: 60_000, total_ms: 600_000 },
    releases: [release("v1", 1, upstream_port), ...(shadow ? [release("copy", 0, shadow_port)] : [])],
    ...(shadow ? { shadow: copies } : {}),
    ...(validation ? { checks: { schema: { draft: "2020-12", schema: ORDER_SCHEMA } } } : {}),
  };
}

function certificateOf({ certificate, key }: NonNullable<PlanParts["certificate"]>) {
  return {
    workspace: "bench",
    name: "bench",
    hosts: ["localhost"],
    certificate,
    key,
    default: true,
    expires_at: Date.now() + 86_400_000,
  };
}
