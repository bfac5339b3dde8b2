// The gateway's worker threads for the benchmark, as the product runs them: one port, one set of limit counters, a spool for each.
//   node bench/holdfast-workers.ts PLAN_FILE PORT SPOOL_DIR COUNT
import { readFileSync } from "node:fs";
import { systemClock } from "@holdfast/base";
import { startWorkers } from "../apps/holdfast/gateway/workers.ts";

const [plan_file, port, spool_dir, count] = process.argv.slice(2) as [string, string, string, string];
const plan = JSON.parse(readFileSync(plan_file, "utf8"));
function quiet(): void {}

function complain(fields: Record<string, unknown>, text: string): void {
  console.error(text, fields);
}

const workers = await startWorkers({
  warm_up: true,
  count: Number(count),
  node: "bench",
  host: "127.0.0.1",
  port: Number(port),
  plan: () => plan,
  spool_dir,
  redis_url: undefined,
  clock: systemClock,
  log: { debug: quiet, info: quiet, warn: complain, error: complain },
});

process.once("SIGTERM", async () => {
  await workers.drain(1_000);
  process.exit(0);
});
