// The proof behind "10 GB up and down at constant memory": one gateway process, one large body each way, its resident memory watched
// all along, with the figures in docs/measurements/streams.md.
//   npm run proof:streams [gigabytes]
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { KEY, machine, PATH, residentMb, startGatewayNode } from "./places.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/streams.md", import.meta.url));
const BYTES = Number(process.argv[2] ?? 10) * 1e9;
/** Before anything counts: the engine's young generation grows to its size with the first of them. */
const FIRST_BYTES = 1e9;
/** Beside the most that the first bytes took. */
const MORE_MB_MOST = 50;
const PIECE = Buffer.alloc(256 * 1024, "holdfast");

/** Gives so many bytes, at the pace of whoever takes them. */
function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= PIECE.length) yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
}

async function countOf(stream: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const piece of stream) bytes += (piece as Buffer).length;
  return bytes;
}

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  if (incoming.method === "POST") response.end(String(await countOf(incoming)));
  else await pipeline(Readable.from(pieces(Number(incoming.headers["x-bytes"]))), response);
}

type Passed = { bytes: number; seconds: number; most_mb: number };

/** Looks at the gateway's memory while `move` runs. */
async function watched(pid: number, move: () => Promise<number>): Promise<Passed> {
  let most_mb = residentMb(pid);
  const looking = setInterval(() => {
    most_mb = Math.max(most_mb, residentMb(pid));
  }, 100);
  const began = performance.now();
  const bytes = await move();
  clearInterval(looking);
  return { bytes, seconds: (performance.now() - began) / 1000, most_mb };
}

function send(port: number, method: "GET" | "POST", bytes: number) {
  return request({ port, host: "127.0.0.1", path: PATH, method, headers: { "x-api-key": KEY, "x-bytes": bytes } });
}

async function down(port: number, bytes: number): Promise<number> {
  const asked = send(port, "GET", bytes);
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return countOf(response);
}

async function up(port: number, bytes: number): Promise<number> {
  const asked = send(port, "POST", bytes);
  const answered = once(asked, "response") as Promise<[IncomingMessage]>;
  await pipeline(Readable.from(pieces(bytes)), asked);
  const [response] = await answered;
  return Number((await response.toArray()).join(""));
}

const upstream = createServer((incoming, response) => void serve(incoming, response));
upstream.listen(0, "127.0.0.1");
await once(upstream, "listening");
const node = await startGatewayNode((upstream.address() as AddressInfo).port);
try {
  const started_mb = residentMb(node.pid);
  const first = await watched(
    node.pid,
    async () => (await down(node.port, FIRST_BYTES)) + (await up(node.port, FIRST_BYTES)),
  );
  const downwards = await watched(node.pid, () => down(node.port, BYTES));
  const upwards = await watched(node.pid, () => up(node.port, BYTES));
  await writeFile(PAGE, report(started_mb, { first, downwards, upwards }));
  console.log({ started_mb, first, downwards, upwards });
  const whole = downwards.bytes === BYTES && upwards.bytes === BYTES;
  const most_mb = Math.max(downwards.most_mb, upwards.most_mb);
  process.exitCode = whole && most_mb - first.most_mb < MORE_MB_MOST ? 0 : 1;
} finally {
  await node.stop();
  upstream.close();
}

type Moved = Record<"first" | "downwards" | "upwards", Passed>;

function report(started_mb: number, { first, downwards, upwards }: Moved): string {
  const row = (name: string, { bytes, seconds, most_mb }: Passed) =>
    `| ${name} | ${(bytes / 1e9).toFixed(1)} | ${(bytes / 1e6 / seconds).toFixed(0)} | ${most_mb.toFixed(0)} |`;
  return `# Large bodies

\`npm run proof:streams\`, ${machine()}. One gateway process, one body in chunks each way, one after the other; client and
service run in another process. Its resident memory, looked at every 100 ms, was ${started_mb.toFixed(0)} MB when it had started. The first bytes bring it to
what it needs: the engine's young generation, read buffers, and what the system lends. Ten times as many may take ${MORE_MB_MOST} MB more.

| | GB | MB/s | most MB |
|---|---:|---:|---:|
${row("first, both ways", first)}
${row("from the service to the client", downwards)}
${row("from the client to the service", upwards)}
`;
}
