// What stands behind the gateway in the soak, in the proof's own process: a service with many faces, and a provider of models.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import { WebSocketServer } from "ws";
import { serveProvider } from "../../../apps/holdfast/demo/ai-provider.ts";
import { page } from "./pages.ts";
import type { Ports } from "./settings.ts";

export const DOWNLOAD_BYTES = 3_000_000;
export const EVENTS = 30;
const EVENT_EVERY_MS = 100;
const PIECE = Buffer.alloc(100_000, "holdfast");
/** Of so many calls to the flaky one the first attempt fails. */
const FLAKY_EVERY = 40;

export type Services = Ports & { close(): Promise<void> };

/** Connections are kept as Node keeps them by default: five seconds. */
export async function startServices(): Promise<Services> {
  const provider = await serveProvider({ seed: 1, clock: systemClock });
  const server = createServer((incoming, response) => void answer(incoming, response));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (said, binary) => socket.send(said, { binary })));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    services: (server.address() as AddressInfo).port,
    provider: provider.port,
    async close() {
      sockets.close();
      server.closeAllConnections();
      server.close();
      await provider.close();
    },
  };
}

/** A promise is waited for. */
type Face = (incoming: IncomingMessage, response: ServerResponse) => unknown;

const FACES: Record<string, Face> = {
  pages: page,
  flaky,
  events,
  files: (incoming, response) => (incoming.method === "POST" ? upload(incoming, response) : download(response)),
};

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const face = FACES[incoming.url?.split("/")[1] ?? ""] ?? plain;
  try {
    await face(incoming, response);
  } catch (error) {
    // Whoever asked has left in the middle, which some of the clients are there for.
    const { code } = error as NodeJS.ErrnoException;
    if (!LEFT.has(code ?? "")) throw error;
  }
}

const LEFT = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

function plain(incoming: IncomingMessage, response: ServerResponse): void {
  incoming.resume();
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ path: incoming.url, filling: "x".repeat(200) }));
}

const failed_once = new Set<string>();

/** Now and then the first attempt is answered with 503, or not at all. */
function flaky(incoming: IncomingMessage, response: ServerResponse): void {
  const path = incoming.url as string;
  const turn = Number(path.split("/")[2]);
  if (turn % FLAKY_EVERY !== 0 || failed_once.delete(path)) {
    plain(incoming, response);
    return;
  }
  failed_once.add(path);
  if (turn % (2 * FLAKY_EVERY) === 0) response.writeHead(503).end("not now");
  else incoming.socket.destroy();
}

async function events(_: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let count = 0; count < EVENTS && !response.destroyed; count++) {
    response.write(`data: {"count":${count}}\n\n`);
    await sleep(EVENT_EVERY_MS);
  }
  response.end();
}

async function upload(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0;
  for await (const piece of incoming) bytes += (piece as Buffer).length;
  response.end(String(bytes));
}

async function download(response: ServerResponse): Promise<void> {
  const pieces = Array.from({ length: DOWNLOAD_BYTES / PIECE.length }, () => PIECE);
  response.setHeader("content-length", DOWNLOAD_BYTES);
  await pipeline(Readable.from(pieces), response);
}
