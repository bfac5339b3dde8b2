// When the certificates of the TLS port expire, for alerts.
import { Gauge, type Registry } from "prom-client";
import type { Services } from "../services.ts";

export function addCertificates(registry: Registry, { plans }: Services): void {
  new Gauge({
    name: "holdfast_certificate_expiry_timestamp_seconds",
    help: "When a certificate of the gateway's TLS port expires, in seconds since the Unix epoch",
    labelNames: ["workspace", "certificate"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { workspace, name, expires_at } of plans.current().certificates ?? [])
        this.set({ workspace, certificate: name }, expires_at / 1000);
    },
  });
}
