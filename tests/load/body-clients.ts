// Clients that move one large body through a gateway, each in a way of its own: HTTP/1.1 in clear and over TLS, and HTTP/2 over TLS.
import { once } from "node:events";
import { type ClientRequestArgs, type IncomingMessage as Response, request } from "node:http";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { request as requestOverTls } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type GatewayNode, KEY, PATH } from "./places.ts";

/** Each resolves to the count of bytes that came at the other end; rejects when the call is refused or cut. */
export type BodyClient = { down(bytes: number): Promise<number>; up(bytes: number): Promise<number>; close(): void };

export type Way = "HTTP/1.1" | "HTTP/1.1 over TLS" | "HTTP/2 over TLS";

const HOST = "127.0.0.1";
const PIECE = Buffer.alloc(256 * 1024, "holdfast");

/** Gives so many bytes, at the pace of whoever takes them. */
export function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= PIECE.length) yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
}

export async function countOf(stream: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0;
  for await (const piece of stream) bytes += (piece as Buffer).length;
  return bytes;
}

/** `ca`: who signed the gateway's certificate, which is for "localhost". */
export async function bodyClient(way: Way, { port, tls_port }: GatewayNode, ca: string): Promise<BodyClient> {
  const tls = { host: HOST, port: tls_port, ca, servername: "localhost" };
  switch (way) {
    case "HTTP/1.1":
      return overHttp1((more) => request({ host: HOST, port, ...more }));
    case "HTTP/1.1 over TLS":
      return overHttp1((more) => requestOverTls({ ...tls, ...more }));
    case "HTTP/2 over TLS": {
      const session = connect(`https://${HOST}:${tls_port}`, { ca, servername: "localhost" });
      await once(session, "connect");
      return overHttp2(session);
    }
  }
}

const headersFor = (bytes: number): Record<string, string> => ({ "x-api-key": KEY, "x-bytes": String(bytes) });

function overHttp1(ask: (more: ClientRequestArgs) => ReturnType<typeof request>): BodyClient {
  return {
    async down(bytes) {
      const asked = ask({ path: PATH, method: "GET", headers: headersFor(bytes) });
      asked.end();
      const [response] = (await once(asked, "response")) as [Response];
      mustBeOk(response.statusCode);
      return countOf(response);
    },
    async up(bytes) {
      const asked = ask({ path: PATH, method: "POST", headers: headersFor(bytes) });
      const answered = once(asked, "response") as Promise<[Response]>;
      await pipeline(Readable.from(pieces(bytes)), asked);
      const [response] = await answered;
      mustBeOk(response.statusCode);
      return Number((await response.toArray()).join(""));
    },
    close() {},
  };
}

function overHttp2(session: ClientHttp2Session): BodyClient {
  const ask = (method: "GET" | "POST", bytes: number) =>
    session.request(
      { ":method": method, ":path": PATH, ":authority": "localhost", ...headersFor(bytes) },
      { endStream: method === "GET" },
    );
  return {
    async down(bytes) {
      const stream = ask("GET", bytes);
      const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
      mustBeOk(headers[":status"]);
      return countOf(stream);
    },
    async up(bytes) {
      const stream = ask("POST", bytes);
      const answered = once(stream, "response") as Promise<[IncomingHttpHeaders]>;
      // A pipeline would also wait for the end of the answer, which is read below.
      Readable.from(pieces(bytes)).pipe(stream);
      const [headers] = await answered;
      mustBeOk(headers[":status"]);
      return Number((await stream.toArray()).join(""));
    },
    close: () => session.close(),
  };
}

function mustBeOk(status: unknown): void {
  if (Number(status) !== 200) throw new Error(`the gateway answered ${status}`);
}
