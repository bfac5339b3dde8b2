// One gateway node for the benchmark: the real listener, pipeline, counters and fsynced spool in a process of its own, as in a
// distributed installation. The plan arrives as a file; nothing else of the product runs here.
import { readFileSync } from "node:fs";
import { idSource, type Log, systemClock } from "@holdfast/base";
import { createSharedCounters, startGateway, type TransportName, warmUp } from "@holdfast/gateway";
import { createSpoolWriter, rehearseRecords } from "@holdfast/telemetry";

const [plan_file, port, tls_port, spool_dir, transport] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  TransportName,
];
const clock = systemClock;
const records = createSpoolWriter({
  dir: spool_dir,
  node: "bench",
  clock,
  on_problem: (problem) => console.error("spool:", problem),
});
function quiet(): void {}

function complain(fields: Record<string, unknown>, text: string): void {
  console.error(text, fields);
}

const log: Log = { debug: quiet, info: quiet, warn: complain, error: complain };
await warmUp({ clock, log, transport, records: rehearseRecords() });
const gateway = await startGateway({
  plan: JSON.parse(readFileSync(plan_file, "utf8")),
  host: "127.0.0.1",
  port: Number(port),
  reuse_port: true,
  node: "bench",
  transport,
  tls: { port: Number(tls_port), min_version: "1.2", client_certificates: "none" },
  clock,
  ids: idSource(clock),
  counters: createSharedCounters(),
  records,
  log,
});

process.once("SIGTERM", async () => {
  await gateway.drain(1_000);
  await records.close();
  console.error(`records dropped: ${records.dropped()}`);
  process.exit(0);
});
