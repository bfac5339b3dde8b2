// The proof behind "10 GB up and down at constant memory": for each way in a gateway process of its own, one large body each way, its
// resident memory watched all along, with the figures in docs/measurements/streams.md.
//   npm run proof:streams [gigabytes]
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { PLAIN } from "../../bench/conditions.ts";
import { benchPlan } from "../../bench/plan.ts";
import { authority } from "../gateway/certificates.ts";
import { bodyClient, countOf, pieces, type Way } from "./body-clients.ts";
import { machine, residentMb, SECRET, startPlan } from "./places.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/streams.md", import.meta.url));
const BYTES = Number(process.argv[2] ?? 10) * 1e9;
/** Before anything counts: the engine's young generation grows to its size with the first of them. */
const FIRST_BYTES = 1e9;
/** Beside the most that the first bytes took. */
const MORE_MB_MOST = 50;
const WAYS: readonly Way[] = ["HTTP/1.1", "HTTP/1.1 over TLS", "HTTP/2 over TLS"];

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  if (incoming.method === "POST") response.end(String(await countOf(incoming)));
  else await pipeline(Readable.from(pieces(Number(incoming.headers["x-bytes"]))), response);
}

type Passed = { bytes: number; seconds: number; most_mb: number };
type Moved = { way: Way; started_mb: number } & Record<"first" | "down" | "up", Passed>;

/** Looks at the gateway's memory while `move` runs. */
async function watched(pid: number, move: () => Promise<number>): Promise<Passed> {
  let most_mb = residentMb(pid);
  const looking = setInterval(() => {
    most_mb = Math.max(most_mb, residentMb(pid));
  }, 100);
  const began = performance.now();
  try {
    const bytes = await move();
    return { bytes, seconds: (performance.now() - began) / 1000, most_mb };
  } finally {
    clearInterval(looking);
  }
}

async function moved(way: Way, upstream_port: number): Promise<Moved> {
  const ca = authority("Large bodies");
  const certificate = ca.issue({ name: "gateway", hosts: ["localhost"] });
  const condition = { ...PLAIN, tls: true };
  const node = await startPlan(
    benchPlan(condition, { upstream_port, shadow_port: upstream_port, secret: SECRET, certificate }),
  );
  try {
    const started_mb = residentMb(node.pid);
    const client = await bodyClient(way, node, ca.certificate);
    const both = async (bytes: number) => (await client.down(bytes)) + (await client.up(bytes));
    const first = await watched(node.pid, () => both(FIRST_BYTES));
    const down = await watched(node.pid, () => client.down(BYTES));
    const up = await watched(node.pid, () => client.up(BYTES));
    client.close();
    return { way, started_mb, first, down, up };
  } finally {
    await node.stop();
  }
}

function holds({ first, down, up }: Moved): boolean {
  return (
    down.bytes === BYTES && up.bytes === BYTES && Math.max(down.most_mb, up.most_mb) - first.most_mb < MORE_MB_MOST
  );
}

const upstream = createServer((incoming, response) => void serve(incoming, response));
upstream.listen(0, "127.0.0.1");
await once(upstream, "listening");
try {
  const all: Moved[] = [];
  for (const way of WAYS) all.push(await moved(way, (upstream.address() as AddressInfo).port));
  console.log(JSON.stringify(all, undefined, 1));
  await writeFile(PAGE, report(all));
  process.exitCode = all.every(holds) ? 0 : 1;
} finally {
  upstream.close();
}

function report(all: readonly Moved[]): string {
  const row = (way: string, name: string, { bytes, seconds, most_mb }: Passed) =>
    `| ${way} | ${name} | ${(bytes / 1e9).toFixed(1)} | ${(bytes / 1e6 / seconds).toFixed(0)} | ${most_mb.toFixed(0)} |`;
  const rows = all.flatMap(({ way, first, down, up }) => [
    row(way, "first, both ways", first),
    row("", "from the service to the client", down),
    row("", "from the client to the service", up),
  ]);
  const started_mb = Math.max(...all.map(({ started_mb }) => started_mb));
  return `# Large bodies

\`npm run proof:streams\`, ${machine()}. For each way in a gateway process of its own, and one body each way, one after the other; the service
speaks HTTP/1.1, and client and service run in another process. The gateway's resident memory, looked at every 100 ms, was ${started_mb.toFixed(0)} MB at most when
it had started. The first bytes bring it to what it needs: the engine's young generation, read buffers, and what the system lends. Ten times as
many may take ${MORE_MB_MOST} MB more.

| from the client | | GB | MB/s | most MB |
|---|---|---:|---:|---:|
${rows.join("\n")}
`;
}
