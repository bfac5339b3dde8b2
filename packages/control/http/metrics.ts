// Figures about ourselves for Prometheus, read at the moment of the scrape. Calls are counted by the gateway workers.
import type { Hono } from "hono";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Services } from "../services.ts";
import { addCertificates } from "./certificate-metrics.ts";
import type { Env } from "./context.ts";
import { gatewayMetrics } from "./gateway-metrics.ts";
import { addSpans } from "./span-metrics.ts";
import { addUpstreams } from "./upstream-metrics.ts";

export function mountMetrics(app: Hono<Env>, services: Services): void {
  const registry = createRegistry(services);
  app.get("/metrics", async (context) =>
    context.body(await figures(registry, services), 200, { "content-type": registry.contentType }),
  );
}

async function figures(registry: Registry, { gateway }: Services): Promise<string> {
  const [own, calls] = await Promise.all([registry.metrics(), gateway.figures()]);
  return `${own}${gatewayMetrics(calls)}`;
}

/** One registry per app, so that two apps in one process do not share figures. */
function createRegistry(services: Services): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addPlan(registry, services);
  addTelemetry(registry, services);
  addSpans(registry, services);
  addJobs(registry, services);
  addUpstreams(registry, services);
  addCertificates(registry, services);
  return registry;
}

function addPlan(registry: Registry, { plans, gateway, live }: Services): void {
  gauge(registry, "holdfast_plan_number", "Number of the plan that was compiled last", () => plans.current().number);
  gauge(registry, "holdfast_gateway_plan_number", "Number of the newest plan that every gateway worker runs", () => {
    return gateway.status().plan;
  });
  gauge(
    registry,
    "holdfast_gateway_workers_wanted",
    "Gateway workers that should serve",
    () => gateway.status().wanted,
  );
  gauge(registry, "holdfast_gateway_workers_serving", "Gateway workers that serve", () => gateway.status().serving);
  gauge(registry, "holdfast_gateway_plan_refused", "1 while a gateway worker cannot run the newest plan", () =>
    gateway.status().plan_refused ? 1 : 0,
  );
  gauge(registry, "holdfast_limits_local", "1 while shared limits do not answer and each node counts by itself", () =>
    gateway.status().limits_local ? 1 : 0,
  );
  gauge(registry, "holdfast_live_streams", "Open live streams of consoles", () => live.count());
}

function addTelemetry(registry: Registry, { telemetry }: Services): void {
  gauge(registry, "holdfast_telemetry_ready", "1 when the store of calls answers", () => {
    return telemetry.status().ready ? 1 : 0;
  });
  gauge(
    registry,
    "holdfast_telemetry_lag_seconds",
    "Age of the oldest record that is spooled but not queryable",
    () => {
      return telemetry.status().lag_ms / 1000;
    },
  );
  new Counter({
    name: "holdfast_telemetry_dropped_total",
    help: "Call records that were dropped because a limit was reached",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(telemetry.status().dropped);
    },
  });
}

/** Left out while the database is away: that is when the other figures are needed most. */
function addJobs(registry: Registry, { jobs, log }: Services): void {
  new Gauge({
    name: "holdfast_jobs",
    help: "Jobs that wait to be done, and jobs that were given up",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        const { waiting, given_up } = await jobs.counts();
        this.set({ state: "waiting" }, waiting);
        this.set({ state: "given_up" }, given_up);
      } catch (error) {
        log.warn({ error }, "jobs could not be counted for the figures");
      }
    },
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
