// The control port: the API for the team, the console, and what watches the process.
import type { Hono } from "hono";
import type { Services } from "../services.ts";
import { mountConsole } from "./console-pages.ts";
import type { Env } from "./context.ts";
import { mountHealth } from "./health.ts";
import { mountMetrics } from "./metrics.ts";
import { createApp, mountRoutes } from "./mount.ts";
import { describeApi } from "./openapi.ts";
import { controlRoutes } from "./registry.ts";

/** `console_folder` holds the built console; it may be empty. */
export function createControlApp(services: Services, options: { console_folder: string }): Hono<Env> {
  const app = createApp(services);
  mountHealth(app, services);
  mountMetrics(app, services);
  const description = JSON.stringify(describeApi());
  app.get("/api/openapi.json", (context) => context.body(description, 200, { "content-type": "application/json" }));
  mountRoutes(app, controlRoutes, services);
  mountConsole(app, options.console_folder);
  return app;
}
