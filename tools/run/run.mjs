// The one entry behind `npm start`, `demo`, `dev`, `test`, `check`, `new` and `bench`.
// Runs on whatever Node the machine has (20.19 or later), before anything is installed: it makes sure that the
// dependencies are there, then hands over to the pinned Node. What a command does is one entry in `commands`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildWebApps, watchConsole } from "./build.mjs";
import { check } from "./check.mjs";
import { ensureInstalled, root } from "./install.mjs";
import { pinnedNode, runToEnd } from "./process.mjs";

/** Sources run as they are: type stripping is stable enough for us, and its warning is noise for the reader. */
const sourceFlags = ["--disable-warning=ExperimentalWarning"];
/** For a program that measures others: it collects its garbage when it says so and not while it measures. */
const quietLoad = ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"];
const holdfast = "apps/holdfast/main.ts";

const commands = {
  start: (args) => (isCommand(args[0]) ? runSource([holdfast, ...args]) : serve(["start", ...args])),
  demo: (args) => serve(["demo", ...args]),
  dev,
  test,
  check: async () => {
    await ensureInstalled("tests/parts");
    return check();
  },
  new: (args) => runSource(["tools/new/main.ts", ...args]),
  bench: (args) => runSource(["bench/main.ts", ...args]),
  docs: () => runSource(["tools/docs/main.ts"]),
  "proof:http1": (args) => runSource(["tests/http1/prove.ts", ...args]),
  "proof:reload": (args) => runSource(["tests/faults/prove-reload.ts", ...args]),
  "proof:dead-upstream": (args) => runSource([...quietLoad, "tests/faults/prove-dead-upstream.ts", ...args]),
  "proof:overload": (args) => runSource(["tests/load/prove-overload.ts", ...args]),
  "proof:soak": (args) => runSource(["tests/load/prove-soak.ts", ...args]),
  "proof:streams": (args) => runSource(["tests/load/prove-streams.ts", ...args]),
  "proof:connections": (args) => runSource(["tests/load/prove-connections.ts", ...args]),
  "proof:kill": (args) => runSource(["tests/faults/prove-kill.ts", ...args]),
};

/** `npm start -- check FILE` and alike: another command of the same program. */
function isCommand(word) {
  return word !== undefined && !word.startsWith("-");
}

function runSource(args) {
  return runToEnd([{ file: pinnedNode(), args: [...sourceFlags, ...args] }]);
}

async function serve(args) {
  await buildWebApps();
  return runSource([holdfast, ...args]);
}

/** Restarts the seeded world when a source changes, and rebuilds the console beside it. */
async function dev(args) {
  await buildWebApps();
  const watched = ["apps/holdfast", "packages"].map((folder) => `--watch-path=${folder}`);
  const server = { file: pinnedNode(), args: [...sourceFlags, ...watched, holdfast, "demo", ...args] };
  return runToEnd([server, ...watchConsole()]);
}

/** Only whole runs and tests of pages or stories need the built pages. A build that fails does not hide what else does. */
async function test(args) {
  await ensureInstalled("tests/parts");
  const filters = args.filter((arg) => !arg.startsWith("-"));
  const pagesNeeded =
    filters.length === 0 || filters.some((filter) => !/^(packages|tools|tests\/parts)\b/.test(filter));
  const buildFailure = pagesNeeded ? await buildWebApps().catch((error) => error) : undefined;
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const code = await runToEnd([{ file: pinnedNode(), args: [vitest, "run", ...args] }]);
  if (!buildFailure) return code;
  console.error(buildFailure.message);
  return code || 1;
}

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
  if (!command) {
    console.error(`Usage: npm run <${Object.keys(commands).join("|")}> [-- arguments]`);
    return 2;
  }
  process.chdir(root);
  if (!existsSync("package-lock.json")) throw new Error("package-lock.json is missing: is this a whole clone?");
  await ensureInstalled(".");
  return command(args);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
