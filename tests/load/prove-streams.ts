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
const MORE_MB_MOST = 100;
const PIECE = Buffer.alloc(256 * 1024, "holdfast");

/** Gives `BYTES` bytes, at the pace of whoever takes them. */
function* pieces(): Generator<Buffer> {
  for (let left = BYTES; left > 0; left -= PIECE.length) yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
}

async function countOf(stream: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const piece of stream) bytes += (piece as Buffer).length;
  return bytes;
}

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  if (incoming.method === "POST") response.end(String(await countOf(incoming)));
  else await pipeline(Readable.from(pieces()), response);
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

function send(port: number, method: "GET" | "POST") {
  return request({ port, host: "127.0.0.1", path: PATH, method, headers: { "x-api-key": KEY } });
}

async function down(port: number): Promise<number> {
  const asked = send(port, "GET");
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return countOf(response);
}

async function up(port: number): Promise<number> {
  const asked = send(port, "POST");
  const answered = once(asked, "response") as Promise<[IncomingMessage]>;
  await pipeline(Readable.from(pieces()), asked);
  const [response] = await answered;
  return Number((await response.toArray()).join(""));
}

const upstream = createServer((incoming, response) => void serve(incoming, response));
upstream.listen(0, "127.0.0.1");
await once(upstream, "listening");
const node = await startGatewayNode((upstream.address() as AddressInfo).port);
try {
  const before_mb = residentMb(node.pid);
  const downwards = await watched(node.pid, () => down(node.port));
  const upwards = await watched(node.pid, () => up(node.port));
  await writeFile(PAGE, report(before_mb, downwards, upwards));
  console.log({ before_mb, downwards, upwards });
  const whole = downwards.bytes === BYTES && upwards.bytes === BYTES;
  const most_mb = Math.max(downwards.most_mb, upwards.most_mb);
  process.exitCode = whole && most_mb - before_mb < MORE_MB_MOST ? 0 : 1;
} finally {
  await node.stop();
  upstream.close();
}

function report(before_mb: number, downwards: Passed, upwards: Passed): string {
  const row = (name: string, { bytes, seconds, most_mb }: Passed) =>
    `| ${name} | ${(bytes / 1e9).toFixed(1)} | ${(bytes / 1e6 / seconds).toFixed(0)} | ${most_mb.toFixed(0)} |`;
  return `# Large bodies

\`npm run proof:streams\`, ${machine()}. One gateway process, one body in chunks each way, one after the other; client and
service run in another process. Its resident memory was ${before_mb.toFixed(0)} MB before, and was looked at every 100 ms. It may grow by ${MORE_MB_MOST} MB: read
buffers and what the system lends, whatever the size of the body.

| | GB | MB/s | most MB |
|---|---:|---:|---:|
${row("from the service to the client", downwards)}
${row("from the client to the service", upwards)}
`;
}
