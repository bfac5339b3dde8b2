// One generation of a gateway node: serves a plan on a port that it shares with the generation before and after it, until it is told
// to stop; then it drains.
//   node tests/faults/generation.ts PLAN_FILE PORT SPOOL_FOLDER
import { readFileSync } from "node:fs";
import { idSource, systemClock } from "@holdfast/base";
import { newLimitBuffers, sharedState, startGateway } from "@holdfast/gateway";
import { createSpoolWriter } from "@holdfast/telemetry";

const [plan_file, port, spool_dir] = process.argv.slice(2) as [string, string, string];
const node = `generation-${process.pid}`;
const records = createSpoolWriter({ dir: spool_dir, node, clock: systemClock, on_problem: console.error });
const gateway = await startGateway({
  plan: JSON.parse(readFileSync(plan_file, "utf8")),
  host: "127.0.0.1",
  port: Number(port),
  reuse_port: true,
  node,
  clock: systemClock,
  ids: idSource(),
  ...sharedState(newLimitBuffers(1), 0),
  records,
  log: { debug() {}, info() {}, warn: console.error, error: console.error },
});
console.log("serving");
process.once("SIGTERM", async () => {
  await gateway.drain(10_000);
  await records.close();
  process.exit(records.dropped() === 0 ? 0 : 1);
});
