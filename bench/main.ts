// `npm run bench`: the gateway beside nginx with the same duties, each alone on one core, in one run for each condition; prints ratios
// and keeps a history.
//   --seconds N   length of one measurement (default 5)      --rounds N   measurements of each side, in turn (default 3)
//   --only NAME   one condition; may be repeated             --transport T  lean or node (default: the product's)
import { appendFileSync, mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_TRANSPORT } from "@holdfast/gateway";
import { CONDITIONS } from "./conditions.ts";
import { wrkVersion } from "./load.ts";
import {
  measureLargePlan,
  measureLatencies,
  measureRow,
  measureWorkers,
  PACED_RATE,
  type Settings,
} from "./measure.ts";
import { nginxVersion } from "./nginx.ts";
import { type Result, type Row, textOf } from "./report.ts";

function keep(result: Result): void {
  const folder = fileURLToPath(new URL("../docs/measurements", import.meta.url));
  mkdirSync(folder, { recursive: true });
  appendFileSync(`${folder}/gateway.history.jsonl`, `${JSON.stringify(result)}\n`);
}

function parseOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "5" },
      rounds: { type: "string", default: "3" },
      transport: { type: "string", default: DEFAULT_TRANSPORT },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const { only, transport } = values;
  return { only, settings: { seconds: Number(values.seconds), rounds: Number(values.rounds), transport } };
}

function whereAndWhen() {
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores`;
  return { at: new Date().toISOString(), machine, node: process.version };
}

function unknownIn(names: string[]): string[] {
  return names.filter((name) => !CONDITIONS.some((condition) => condition.name === name));
}

async function measureRows(names: string[], settings: Settings): Promise<Row[]> {
  const rows: Row[] = [];
  for (const condition of CONDITIONS)
    if (names.length === 0 || names.includes(condition.name)) {
      rows.push(await measureRow(condition, settings));
      console.log(`${condition.name}: done`);
    }
  return rows;
}

async function main(): Promise<number> {
  const { only, settings } = parseOptions();
  const [nginx, wrk] = [nginxVersion(), wrkVersion()];
  if (!nginx || !wrk || cpus().length < 2) {
    console.error("The benchmark needs nginx, wrk and two cores: apt-get install nginx wrk");
    return 2;
  }
  const unknown = unknownIn(only);
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(", ")}. There are: ${CONDITIONS.map(({ name }) => name).join("; ")}`);
    return 2;
  }
  const rows = await measureRows(only, settings);
  const result: Result = { ...whereAndWhen(), conditions: { nginx, wrk, ...settings, paced_rate: PACED_RATE }, rows };
  if (only.length === 0) {
    result.added = await measureLatencies(settings);
    const large_plan = await measureLargePlan(settings);
    result.large_plan_cpu = large_plan.holdfast;
    result.large_plan_cpu_nginx = large_plan.nginx;
    result.two_workers_cpu = await measureWorkers(settings);
  }
  console.log(textOf(result));
  keep(result);
  const failed = rows.reduce((sum, row) => sum + row.holdfast.errors + row.nginx.errors, 0);
  if (failed > 0) console.error(`${failed} calls failed: the figures do not count`);
  return failed === 0 ? 0 : 1;
}

process.exit(await main());
