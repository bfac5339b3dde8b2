// Installs what a lockfile names, once, and only when something changed. Plain Node 20, no dependency.
// Leaves the choice of Node for everything else to process.mjs.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Makes `<folder>/node_modules` agree with `<folder>/package-lock.json`. */
export async function ensureInstalled(folder) {
  const place = join(root, folder);
  const stamp = join(place, "node_modules", ".holdfast-install");
  const lockText = readFileSync(join(place, "package-lock.json"), "utf8");
  const lockHash = createHash("sha256").update(lockText).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash) return;
  if (!agreesWithWhatIsInstalled(place, JSON.parse(lockText))) install(place, folder);
  writeFileSync(stamp, lockHash);
}

/**
 * Someone may have run `npm install` by hand. npm keeps a record of what it installed beside it; where that record holds
 * every package of the lockfile at its version, there is nothing to do. Optional packages are for other platforms.
 */
function agreesWithWhatIsInstalled(place, lock) {
  const record = join(place, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(lock.packages).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith("node_modules/") || optional || link || installed[path]?.version === version,
  );
}

function install(place, folder) {
  console.log(folder === "." ? "Installing dependencies (once)…" : `Installing dependencies of ${folder} (once)…`);
  // When npm started us, the same npm installs; its location is in npm_execpath.
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const options = { cwd: place, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const run = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (run.status === 0) return;
  throw new Error(`${run.error?.message ?? run.stdout}\nThe install in ${folder} failed: npm's own message is above.`);
}
