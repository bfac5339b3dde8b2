// Figures about the export of calls as OpenTelemetry spans; nothing is counted where nothing is exported.
import { Counter, Gauge, type Registry } from "prom-client";
import type { Services } from "../services.ts";

export function addSpans(registry: Registry, { telemetry }: Services): void {
  new Counter({
    name: "holdfast_otlp_spans_exported_total",
    help: "Spans that the collector took",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(telemetry.status().spans?.exported ?? 0);
    },
  });
  new Counter({
    name: "holdfast_otlp_spans_dropped_total",
    help: "Spans that the collector will never get, by reason",
    labelNames: ["reason"],
    registers: [registry],
    collect() {
      this.reset();
      const dropped = telemetry.status().spans?.dropped ?? {};
      for (const [reason, spans] of Object.entries(dropped)) this.inc({ reason }, spans);
    },
  });
  new Gauge({
    name: "holdfast_otlp_spans_waiting",
    help: "Spans that wait for the collector",
    registers: [registry],
    collect() {
      this.set(telemetry.status().spans?.waiting ?? 0);
    },
  });
}
