// Builds the web apps that the server hands out, when they are missing or their sources changed.
// How each is built is its own business; which they are and what they are made from is the table here.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";
import { pinnedNode, runToEnd } from "./process.mjs";

const vite = join(root, "node_modules", "vite", "bin", "vite.js");

const webApps = [
  { name: "console", marker: "vite.config.ts", args: [vite, "build", "--logLevel=warn"], cwd: "apps/console" },
  { name: "widget", marker: "build.ts", args: ["apps/widget/build.ts"], cwd: "." },
];

/** Folders that are not sources: what was installed, and what was built. */
const notSources = new Set(["node_modules", "dist", ".git"]);

export async function buildWebApps() {
  for (const app of webApps.filter((app) => existsSync(join(root, "apps", app.name, app.marker)))) await buildApp(app);
}

async function buildApp({ name, args, cwd }) {
  const stamps = join(root, "node_modules", ".cache", "holdfast");
  const stamp = join(stamps, `built-${name}`);
  const hash = hashOfSources([`apps/${name}`, "packages/contract", "package-lock.json"]);
  const built =
    existsSync(join(root, "apps", name, "dist")) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
  if (built) return;
  console.log(`Building apps/${name}…`);
  const code = await runToEnd([{ file: pinnedNode(), args: ["--disable-warning=ExperimentalWarning", ...args], cwd }]);
  if (code !== 0) throw new Error(`The build of apps/${name} failed (exit code ${code}).`);
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, hash);
}

/** The console's own watch build, for `npm run dev`. */
export function watchConsole() {
  const { marker, args, cwd } = webApps[0];
  if (!existsSync(join(root, cwd, marker))) return [];
  return [{ file: pinnedNode(), args: [...args, "--watch"], cwd }];
}

function hashOfSources(places) {
  const hash = createHash("sha256");
  for (const file of places.flatMap(filesUnder).sort()) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function filesUnder(place) {
  if (!statSync(join(root, place)).isDirectory()) return [place];
  const names = readdirSync(join(root, place)).filter((name) => !notSources.has(name));
  return names.flatMap((name) => filesUnder(`${place}/${name}`));
}
