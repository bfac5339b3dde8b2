// A browser for tests: HOLDFAST_TEST_CHROMIUM names one, else the machine's own, else the one in the npm package
// @sparticuz/chromium, which is unpacked once, together with the shared libraries that a bare machine lacks.

import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import type { OpenPart, Provided } from "./parts.ts";
import { findProgram, isExecutable } from "./programs.ts";

/** For tests elsewhere: only this folder can resolve the package. */
export type { Browser, Locator, Page } from "playwright-core";

const usualNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const usualPaths = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/snap/bin/chromium"];

/** Nothing that talks to the outside, nothing left from an earlier run, and no sandbox, which root cannot have. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function openChromium(): Promise<OpenPart> {
  const found = await findChromium();
  return { provide: async () => found, close: async () => undefined };
}

export function launchChromium({ place, environment }: Provided): Promise<Browser> {
  return chromium.launch({ executablePath: place, args: flags, env: { ...process.env, ...environment } });
}

export async function findChromium(): Promise<Provided> {
  const named = process.env.HOLDFAST_TEST_CHROMIUM;
  if (named) {
    if (!isExecutable(named)) throw new Error(`HOLDFAST_TEST_CHROMIUM is not a program: ${named}`);
    return { place: named };
  }
  const own = usualNames.map(findOrNothing).find((path) => path !== undefined) ?? usualPaths.find(isExecutable);
  return own === undefined ? unpackedChromium() : { place: own };
}

function findOrNothing(name: string): string | undefined {
  try {
    return findProgram(name);
  } catch {
    return undefined;
  }
}

/** The package unpacks into the temporary folder; ours is a cache beside it, filled whole or not at all. */
export async function unpackedChromium(): Promise<Provided> {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error("no Chromium is on this machine");
  const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
  const cache = join(import.meta.dirname, "node_modules", ".cache", "chromium");
  if (!existsSync(cache)) {
    const filling = `${cache}-${process.pid}`;
    mkdirSync(filling, { recursive: true });
    const unpack = join(import.meta.dirname, "unpack-chromium.ts");
    await promisify(execFile)(process.execPath, [unpack, packed], { env: { ...process.env, TMPDIR: filling } });
    if (existsSync(cache)) rmSync(filling, { recursive: true });
    else renameSync(filling, cache);
  }
  return { place: join(cache, "chromium"), environment: environmentOf(cache) };
}

function environmentOf(cache: string): Record<string, string> {
  const libraries = execFileSync(findProgram("ldd"), [join(cache, "chromium")], { encoding: "utf8" });
  const lacking = libraries.includes("not found");
  return {
    FONTCONFIG_FILE: fontsOf(cache),
    // With LANG=C this build calls its language "en-US@posix", which Intl refuses.
    LANGUAGE: "",
    LC_ALL: "en_US.UTF-8",
    ...(lacking ? { LD_LIBRARY_PATH: join(cache, "al2023", "lib") } : {}),
  };
}

/** The package's own file of fonts names only places of its usual host; without any font the browser ends at the first click. */
function fontsOf(cache: string): string {
  const file = join(cache, "fonts.conf");
  const folders = [join(cache, "fonts"), "/usr/share/fonts"].map((folder) => `<dir>${folder}</dir>`).join("");
  const keep = `<cachedir>${join(cache, "fonts-cache")}</cachedir>`;
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}${keep}</fontconfig>\n`,
  );
  return file;
}
