// Completes package-lock.json for platforms other than the one it was written on. A registry mirror that carries only its
// own platform makes npm leave the others' optional packages out, and `npm ci` then refuses the lockfile everywhere.
// Run after `npm install`: node tools/lock/complete.ts [lockfile…]. What each entry says is read off the package's name.

import { readFileSync, writeFileSync } from "node:fs";

export interface Entry {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

type Packages = Record<string, Entry>;

/** Entries that the lockfile should have and has not, by their place in it. */
export function missingEntries(packages: Packages): Packages {
  const present = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, "")));
  const missing: Packages = {};
  for (const { optionalDependencies = {}, dev } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isExact = /^\d+\.\d+\.\d+[\w.+-]*$/.test(version);
      const platform = platformOf(name);
      if (present.has(name) || !isExact || platform === undefined) continue;
      missing[`node_modules/${name}`] = { version, ...platform, ...(dev ? { dev } : {}), optional: true };
    }
  }
  return missing;
}

const systems = ["aix", "android", "darwin", "freebsd", "linux", "openharmony", "sunos", "win32"];
const processors: Record<string, string> = { x64: "x64", arm64: "arm64", ia32: "ia32", arm: "arm" };
const rarer: Record<string, string> = { ppc64: "ppc64", riscv64: "riscv64", s390x: "s390x", loong64: "loong64" };

/** The platform that a name such as `@x/binding-linux-arm64-musl` speaks of; undefined where it speaks of none. */
export function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> | undefined {
  const words = name.replace(/^@[^/]+\//, "").split("-");
  const os = words.find((word) => systems.includes(word));
  const cpu = words.map((word) => processors[word] ?? rarer[word]).find((found) => found !== undefined);
  if (os === undefined || cpu === undefined) return undefined;
  if (os !== "linux") return { os: [os], cpu: [cpu] };
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  return { os: [os], cpu: [cpu], libc: [libc] };
}

function complete(file: string): void {
  const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Packages };
  const missing = missingEntries(lock.packages);
  const all = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, "en")));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${file}: ${Object.keys(missing).length} entries added`);
}

if (import.meta.main) {
  const files = process.argv.slice(2);
  for (const file of files.length > 0 ? files : ["package-lock.json", "tests/parts/package-lock.json"]) complete(file);
}
