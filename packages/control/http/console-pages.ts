// The team's console at `/`: built files, and index.html for every path that the console's own router knows.
import { Problem } from "@holdfast/base";
import type { Hono } from "hono";
import { builtFiles, sendBuilt } from "./built-files.ts";
import type { Env } from "./context.ts";
import { plainPage } from "./plain-page.ts";

/** Mounted last: whatever no route took, comes here. */
export function mountConsole(app: Hono<Env>, folder: string): void {
  const files = builtFiles(folder);
  app.get("*", (context) => {
    const { path } = context.req;
    if (path.startsWith("/api/")) throw new Problem("route_unknown");
    const file = files().get(path) ?? files().get("/index.html");
    if (!file) return context.html(NOT_BUILT, 503);
    // A script that is gone must not be answered with a page: the browser would try to run it.
    if (path.startsWith("/assets/") && !files().has(path)) throw new Problem("not_found");
    return sendBuilt(file, context.req.raw);
  });
  app.notFound(() => {
    throw new Problem("route_unknown");
  });
}

const NOT_BUILT = plainPage(
  "The console is not built yet",
  "The API answers already. Starting with <code>npm start</code> builds the console.",
);
