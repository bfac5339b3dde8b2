// The plan of the benchmark: one route with a key check and a rate limit that never refuses.
import { createHash, randomBytes } from "node:crypto";
import type { Plan } from "@holdfast/contract";

const NEVER_REACHED = 1_000_000;

export function benchPlan(upstream_port: number, key: string): Plan {
  return {
    version: 1,
    number: 1,
    made_at: Date.now(),
    routes: [
      {
        kind: "route",
        workspace: "bench",
        subject: "routes.orders",
        name: "orders",
        service: "orders",
        path: "/orders/**",
        access: "api-key",
        limits: [
          {
            name: "per_consumer",
            by: "consumer",
            rate: { count: NEVER_REACHED, window_ms: 1000 },
            burst: NEVER_REACHED,
          },
        ],
        capture: { headers: false, payload_share: 0 },
        timeouts: { connect_ms: 2000, first_byte_ms: 30_000, idle_ms: 60_000, total_ms: 600_000 },
        releases: [{ name: "v1", weight: 1, targets: [{ url: `http://127.0.0.1:${upstream_port}` }] }],
      },
    ],
    models: [],
    consumers: [{ workspace: "bench", name: "bench", key_hashes: [createHash("sha256").update(key).digest("hex")] }],
    sites: [],
    reference_keys: { bench: randomBytes(32).toString("base64url") },
  };
}
