// Finds the pinned Node and runs children to their end, passing on signals and exit codes.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { root } from "./install.mjs";

const majorNeeded = 24;
const orphanCheckEvery_ms = 250;
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The Node that the lockfile pins, from the npm package `node`; a machine's own Node serves where it is new enough. */
export function pinnedNode() {
  const bin = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(bin)) return bin;
  if (Number(process.versions.node.split(".")[0]) >= majorNeeded) return process.execPath;
  throw new Error(
    `Holdfast runs on Node ${majorNeeded}, which the npm package "node" brings along, but node_modules/node/bin/node is missing.
Its install script did not run (npm's ignore-scripts setting?). Run this, then try again:
  npm rebuild node --ignore-scripts=false --foreground-scripts
or use a Node ${majorNeeded} of your own.`,
  );
}

/** Compiled code is kept between runs, so that the second start is faster. */
function environment() {
  const cache = join(root, "node_modules", ".cache", "node");
  mkdirSync(cache, { recursive: true });
  return { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache };
}

/**
 * Runs children side by side until the first ends, ends the others, and resolves with the first one's exit code.
 * Children share our process group: a Ctrl-C in a terminal reaches them without us, so it is passed on only where there is
 * no terminal. We stay alive until they have drained.
 */
export async function runToEnd(children) {
  const running = children.map(({ file, args, cwd }) =>
    spawn(file, args, { cwd: join(root, cwd ?? "."), env: environment(), stdio: "inherit" }),
  );
  const passOn = (signal) => {
    for (const child of running) if (child.exitCode === null) child.kill(signal);
  };
  const onSignal = (signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) passOn(signal);
  };
  for (const signal of passedOn) process.on(signal, onSignal);
  const stopWatching = whenOrphaned(() => passOn("SIGTERM"));
  try {
    const ends = running.map(endOf);
    const code = await Promise.race(ends);
    passOn("SIGTERM");
    await Promise.all(ends);
    return code;
  } finally {
    stopWatching();
    for (const signal of passedOn) process.off(signal, onSignal);
  }
}

/**
 * npm runs scripts through a shell, and a shell that is told to end does not tell us. Whoever ends `npm start` by its process
 * id would leave the server behind, so the shell's death counts as the request to end.
 */
function whenOrphaned(end) {
  const shell = process.ppid;
  const watch = () => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    end();
  };
  const timer = setInterval(watch, orphanCheckEvery_ms);
  if (process.env.npm_lifecycle_event === undefined) clearInterval(timer);
  return () => clearInterval(timer);
}

function endOf(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
