// A plan with one public route, for gateway nodes that run without a control plane.
import { randomBytes } from "node:crypto";
import type { Plan } from "@holdfast/contract";

export function planTo(upstream_port: number): Plan {
  return {
    version: 1,
    number: 1,
    made_at: 0,
    routes: [
      {
        kind: "route",
        workspace: "default",
        subject: "routes.shop",
        name: "shop",
        service: "shop",
        path: "/shop/**",
        access: "public",
        limits: [],
        capture: { headers: false, payload_share: 0 },
        timeouts: { connect_ms: 2000, first_byte_ms: 30_000, idle_ms: 60_000, total_ms: 600_000 },
        releases: [{ name: "v1", weight: 1, targets: [{ url: `http://127.0.0.1:${upstream_port}` }] }],
      },
    ],
    models: [],
    consumers: [],
    sites: [],
    reference_keys: { default: randomBytes(32).toString("base64url") },
  };
}
