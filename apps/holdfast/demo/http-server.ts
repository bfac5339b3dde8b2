// A small HTTP server for the demo's sample services: handlers get the body, answer with a value, and cannot leak an exception.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = { method: string; path: string; headers: IncomingMessage["headers"]; body: Buffer };
export type Answer = { status: number; headers?: Record<string, string>; body: string | Buffer };
/** Undefined: the handler wrote to the response by itself. */
export type Handler = (received: Received, response: ServerResponse) => Promise<Answer | undefined>;

export type SmallServer = { port: number; close(): Promise<void> };

const BODY_BYTES_MAX = 1024 * 1024;

/** Rejects when the port is taken. */
export function serve(options: { host: string; port: number }, handler: Handler): Promise<SmallServer> {
  const server = createServer((request, response) => {
    void answer(request, response, handler);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({ port, close: () => closeAll() });
    });
  });

  function closeAll(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

async function answer(request: IncomingMessage, response: ServerResponse, handler: Handler): Promise<void> {
  try {
    const body = await bodyOf(request);
    const path = (request.url ?? "/").replace(/\?.*$/, "");
    const given = await handler({ method: request.method ?? "GET", path, headers: request.headers, body }, response);
    if (given) send(response, given);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, json(500, { error: error instanceof Error ? error.message : "unknown" }));
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
