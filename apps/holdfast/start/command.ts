// `holdfast start`: reads options, starts everything, says where it is, and stops on a signal.
import { type Log, presentMany, systemClock } from "@holdfast/base";
import { type Flags, processEnvironment, readOptions } from "../environment.ts";
import { createLog } from "../log.ts";
import type { Options } from "../options.ts";
import { type Running, startHoldfast } from "./holdfast.ts";
import { CannotStart } from "./ports.ts";
import { hearOfTakeOvers, untilStopped } from "./signals.ts";

const EXIT_CANNOT_START = 1;
const EXIT_OPTIONS = 2;

/** The exit code: 0 after a clean stop, 1 when something keeps it from starting, 2 for wrong options. */
export async function start(flags: Flags, { take_over = false } = {}): Promise<number> {
  const environment = processEnvironment();
  const options = readOptions(flags, environment);
  if (!options.ok) return refuseOptions(options.error);
  return runToEnd(options.value, (log) =>
    startHoldfast({ options: options.value, environment, clock: systemClock, log, take_over }),
  );
}

export function refuseOptions(problems: string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stderr.write("Nothing was started. `holdfast start --help` lists all options.\n");
  return EXIT_OPTIONS;
}

/** Starts what `begin` begins and waits for a signal. */
export async function runToEnd(options: Options, begin: (log: Log) => Promise<Running>): Promise<number> {
  hearOfTakeOvers();
  const log = createLog({ level: options.log_level, terminal: process.stderr.isTTY });
  try {
    const running = await begin(log);
    process.stdout.write(greeting(running));
    return await untilStopped(running, log);
  } catch (error) {
    // The stack is for us; the operator is told what to do only where we know it.
    if (!(error instanceof CannotStart)) log.error({ error }, "start failed");
    process.stderr.write(`Holdfast cannot start: ${(error as Error).message}\n`);
    return EXIT_CANNOT_START;
  }
}

function greeting(running: Running): string {
  const lines = [
    `Gateway   ${running.gateway_url}`,
    ...(running.tls_url ? [`TLS       ${running.tls_url}`] : []),
    `Public    ${running.public_url}`,
    `Console   ${running.control_url}`,
    running.settings_path
      ? `Settings  ${running.settings_path} (watched)`
      : "Settings  none yet: write a holdfast.yaml here, or use the console",
    `Serving   plan ${running.plan.number}: ${presentMany(running.plan.routes, "route")}, ${presentMany(running.plan.models, "model")}`,
  ];
  if (running.setup_link) lines.push("", `Make the first admin here (works once, for a day):`, running.setup_link);
  return `${lines.join("\n")}\n`;
}
