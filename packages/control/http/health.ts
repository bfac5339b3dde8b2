// For whatever watches the process: does it live, and can it work. Neither tells a stranger anything about tenants.
import type { Hono } from "hono";
import type { Services } from "../services.ts";
import type { Env } from "./context.ts";

type Check = "ok" | "failing";

export function mountHealth(app: Hono<Env>, services: Services): void {
  app.get("/livez", (context) => context.text("ok\n"));
  app.get("/readyz", async (context) => {
    const checks = {
      store: await checkStore(services),
      telemetry: checkTelemetry(services),
      gateway: checkGateway(services),
    };
    const ready = Object.values(checks).every((check) => check === "ok");
    return context.json({ ready, checks, degraded: degradedOf(services) }, ready ? 200 : 503);
  });
}

/** Serves all the same, so that no balancer takes the node away. */
function degradedOf({ gateway }: Services): string[] {
  const { limits_local, plan_refused } = gateway.status();
  return [...(limits_local ? ["limits"] : []), ...(plan_refused ? ["plan"] : [])];
}

async function checkStore({ store, log }: Services): Promise<Check> {
  try {
    await store.ping();
    return "ok";
  } catch (error) {
    log.warn({ error }, "the store of people and things does not answer");
    return "failing";
  }
}

function checkTelemetry({ telemetry }: Services): Check {
  return telemetry.status().ready ? "ok" : "failing";
}

function checkGateway({ gateway }: Services): Check {
  const { wanted, serving } = gateway.status();
  return serving >= wanted ? "ok" : "failing";
}
