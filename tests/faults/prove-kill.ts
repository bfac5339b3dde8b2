// The proof behind "what was acknowledged survives kill -9": many rounds of kill-run.ts, their figures in docs/measurements.
//   node tests/faults/prove-kill.ts [rounds]
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { json, serve } from "../../apps/holdfast/demo/http-server.ts";
import { seededRandom } from "../../apps/holdfast/demo/random.ts";
import { killRound, type Round } from "./kill-run.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/kill-9.md", import.meta.url));
const READY_MS_MAX = 5_000;
const KINDS = ["feedback", "issues", "settings", "calls"] as const;

const count = Number(process.argv[2] ?? 30);
const random = seededRandom(9);
const data_dir = await mkdtemp(join(tmpdir(), "holdfast-prove-"));
const upstream = await serve({ host: "127.0.0.1", port: 0 }, async () => json(200, {}));
const rounds: Round[] = [];
try {
  for (let number = 1; number <= count; number++) {
    const write_ms = Math.round(200 + random() * 2_300);
    const round = await killRound({ data_dir, upstream, is_first: number === 1 }, write_ms);
    rounds.push(round);
    console.log(
      `${number}/${count} killed after ${write_ms} ms`,
      round.wrote,
      "lost",
      round.lost,
      `ready ${round.ready_ms} ms`,
    );
  }
} finally {
  await upstream.close();
  await rm(data_dir, { recursive: true });
}
await mkdir(join(PAGE, ".."), { recursive: true });
await writeFile(PAGE, report(rounds));
process.exitCode = KINDS.some((kind) => total("lost", kind) > 0) || slowest() > READY_MS_MAX ? 1 : 0;

function total(what: "wrote" | "lost", kind: (typeof KINDS)[number]): number {
  return rounds.reduce((sum, round) => sum + round[what][kind], 0);
}

function slowest(): number {
  return Math.max(...rounds.map(({ ready_ms }) => ready_ms));
}

function report(all: Round[]): string {
  const sorted = all.map(({ ready_ms }) => ready_ms).toSorted((left, right) => left - right);
  const rows = KINDS.map((kind) => `| ${kind} | ${total("wrote", kind)} | ${total("lost", kind)} |`);
  return `# Killed ${all.length} times

\`node tests/faults/prove-kill.ts\` starts the real process on one data folder again and again. Each time four writers (feedback by
the public site, issues and settings by the API, calls by the gateway) write as fast as they are answered, until the process is
ended by SIGKILL after 0.2 to 2.5 seconds. The next start must have everything that was acknowledged. A call counts as
acknowledged half a second after its answer: its record is written to the spool beside the call, within about 100 ms.

| | acknowledged | lost |
|---|---:|---:|
${rows.join("\n")}

Ready again after ${sorted[Math.floor(sorted.length / 2)]} ms (median) and ${sorted.at(-1)} ms at most; the limit is ${READY_MS_MAX} ms.
Node ${process.versions.node}, ${availableParallelism()} cores, SQLite and DuckDB in one folder that grew over all rounds.
`;
}
