// The proof behind "idle connections are cheap and slow readers are bounded": the memory of one gateway process with thousands of open
// connections, and with clients that hardly read, with the figures in docs/measurements/connections.md.
//   npm run proof:connections [connections]
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { KEY, machine, type Node, PATH, residentMb, startGatewayNode } from "./places.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/connections.md", import.meta.url));
const CONNECTIONS = Number(process.argv[2] ?? 5000);
const MB_MOST = 200;
const SLOW_READERS = 200;
const ANSWER_BYTES = 50e6;
const SLOW_READERS_MB_MOST = 200;
const CANCELLED_MS_MOST = 250;
const REQUEST = `GET ${PATH} HTTP/1.1\r\nHost: load\r\nx-api-key: ${KEY}\r\n\r\n`;

async function opened(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(250, count - sockets.length) }, () => connect(port, "127.0.0.1"));
    await Promise.all(some.map((socket) => once(socket, "connect")));
    sockets.push(...some);
  }
  return sockets;
}

/** Each asks once and keeps its connection. */
async function idle(node: Node): Promise<{ before_mb: number; open_mb: number; used_mb: number }> {
  const before_mb = residentMb(node.pid);
  const sockets = await opened(node.port, CONNECTIONS);
  await sleep(1000);
  const open_mb = residentMb(node.pid);
  for (const socket of sockets) {
    socket.write(REQUEST);
    const [answer] = (await once(socket, "data")) as [Buffer];
    if (!answer.toString("latin1", 0, 12).endsWith("200")) throw new Error(`not served: ${answer}`);
  }
  await sleep(2000);
  const used_mb = residentMb(node.pid);
  for (const socket of sockets) socket.destroy();
  return { before_mb, open_mb, used_mb };
}

/** Everybody asks for a large answer and reads nothing of it; then everybody leaves. */
async function slow(
  node: Node,
  left: { count: number },
): Promise<{ before_mb: number; most_mb: number; cancelled_ms: number }> {
  const before_mb = residentMb(node.pid);
  const sockets = await opened(node.port, SLOW_READERS);
  for (const socket of sockets)
    socket
      .pause()
      .on("error", () => undefined)
      .write(REQUEST.replace("/1", "/large"));
  let most_mb = 0;
  for (let look = 0; look < 50; look++) {
    await sleep(100);
    most_mb = Math.max(most_mb, residentMb(node.pid));
  }
  const left_at = performance.now();
  for (const socket of sockets) socket.resetAndDestroy();
  while (left.count < SLOW_READERS && performance.now() - left_at < 10_000) await sleep(1);
  return { before_mb, most_mb, cancelled_ms: performance.now() - left_at };
}

const left = { count: 0 };
const piece = Buffer.alloc(64 * 1024);
const service = createServer((incoming, response) => {
  if (!incoming.url?.endsWith("/large")) return void response.end("ok");
  response.on("close", () => void (response.writableFinished || left.count++));
  response.writeHead(200, { "content-length": ANSWER_BYTES });
  let rest = ANSWER_BYTES;
  const more = (): void => {
    while (rest > 0) {
      const next = piece.subarray(0, Math.min(rest, piece.length));
      rest -= next.length;
      if (!response.write(next)) return void response.once("drain", more);
    }
    response.end();
  };
  more();
}).listen(0, "127.0.0.1");
await once(service, "listening");
const node = await startGatewayNode((service.address() as AddressInfo).port);
const many = await idle(node);
console.log(many);
const few = await slow(node, left);
console.log(few);
await node.stop();
service.closeAllConnections();
service.close();

const perConnection = (now_mb: number): string => `${(((now_mb - many.before_mb) * 1000) / CONNECTIONS).toFixed(1)} KB`;
const mb = (number: number): string => `${number.toFixed(0)} MB`;
await writeFile(
  PAGE,
  `# Many connections, and slow ones

\`npm run proof:connections\`, ${new Date().toISOString().slice(0, 10)}. ${machine()}. Resident memory of one gateway process (one worker, key check, rate
limit, fsynced records), from \`/proc\`; MB of a million bytes.

| | memory | target |
|---|---:|---:|
| started | ${mb(many.before_mb)} | |
| ${CONNECTIONS} connections open, nothing asked | ${mb(many.open_mb)} | under ${MB_MOST} MB |
| each has asked once and stays open | ${mb(many.used_mb)} | |
| before slow readers | ${mb(few.before_mb)} | |
| ${SLOW_READERS} clients who asked for ${ANSWER_BYTES / 1e6} MB each and read nothing, the most in 5 s | ${mb(few.most_mb)} | no more than ${SLOW_READERS_MB_MOST} MB added |

When all ${SLOW_READERS} left at once, the service heard of the last of them after ${few.cancelled_ms.toFixed(0)} ms (target ${CANCELLED_MS_MOST} ms).
Most of it is there before anybody connects: Node, and the programs' text and its types taken away. That is done once: the first start of new code
needs more, later ones find the text without types in Node's compile cache. A connection takes ${perConnection(many.open_mb)} while nothing
was asked over it and ${perConnection(many.used_mb)} after, garbage that nobody needed to collect yet included.
`,
);
const holds =
  many.open_mb < MB_MOST && few.most_mb - few.before_mb < SLOW_READERS_MB_MOST && few.cancelled_ms < CANCELLED_MS_MOST;
process.exit(holds ? 0 : 1);
