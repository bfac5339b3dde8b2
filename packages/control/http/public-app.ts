// The public port: where people who are not of the team send feedback and see what became of it, and where pages load the widget.
import { LIMITS, Problem } from "@holdfast/base";
import type { Hono, MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { isSiteOrigin } from "../commands/public-feedback.ts";
import type { Services } from "../services.ts";
import { createAddressLimit } from "./address-limit.ts";
import { builtFiles, sendBuilt } from "./built-files.ts";
import { addressOf, type Env } from "./context.ts";
import { createApp, mountRoutes } from "./mount.ts";
import { plainPage } from "./plain-page.ts";
import { publicRoutes } from "./registry.ts";

/** `widget_folder` holds the built widget.js; it may be empty. */
export function createPublicApp(services: Services, options: { widget_folder: string }): Hono<Env> {
  const app = createApp(services);
  app.use("/api/*", siteCors(services), feedbackLimit(services));
  mountRoutes(app, publicRoutes, services);
  mountWidget(app, options.widget_folder);
  app.get("/", (context) => context.html(WELCOME));
  app.notFound(() => {
    throw new Problem("route_unknown");
  });
  return app;
}

const WELCOME = plainPage("Feedback is welcome", "This address takes feedback about the pages that embed our widget.");

/** A preflight names no site, so any site's origin passes here; the handler then holds the origin against the named site. */
function siteCors(services: Services): MiddlewareHandler<Env> {
  return cors({
    origin: (origin) => (isSiteOrigin(services, origin) ? origin : null),
    allowMethods: ["GET", "POST"],
    allowHeaders: ["content-type"],
    exposeHeaders: ["x-request-id"],
    maxAge: 600,
  });
}

/** Looking at one's own report must not use up what one may send, nor the other way round. */
function feedbackLimit({ clock }: Services): MiddlewareHandler<Env> {
  const limitOf = (per_minute: number) => createAddressLimit(clock, per_minute, LIMITS.feedback_addresses_max);
  const posts = limitOf(LIMITS.feedback_per_address_per_minute);
  const reads = limitOf(LIMITS.feedback_reads_per_address_per_minute);
  return async (context, next) => {
    const limit = context.req.method === "POST" ? posts : reads;
    if (!limit.take(addressOf(context))) throw new Problem("rate_limited");
    await next();
  };
}

function mountWidget(app: Hono<Env>, folder: string): void {
  const files = builtFiles(folder);
  app.get("/widget.js", (context) => {
    const file = files().get("/widget.js");
    if (!file) throw new Problem("not_found", { detail: "The widget is not built yet: `npm start` builds it." });
    return sendBuilt(file, context.req.raw, {
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "public, max-age=300",
    });
  });
}
