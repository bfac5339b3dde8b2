// A process that starts telemetry, prints its child's process id and stays, for client.test.ts to kill.
import { systemClock } from "@holdfast/base";
import { startTelemetry } from "./client.ts";

const [, , dir = ""] = process.argv;
const say = (): void => undefined;
const log = { debug: say, info: say, warn: say, error: say };
const telemetry = await startTelemetry({ dir, spool_dir: `${dir}/spool`, clock: systemClock, log, on_rows: say });
process.stdout.write(`${telemetry.status().pid}\n`);
