// HTTP/2 around a gateway under test: upstreams that speak it, with TLS and without, and clients. Real sockets on loopback.
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { PlanCertificate } from "@holdfast/contract";
import type { GatewayTls } from "@holdfast/gateway";
import type { Authority, Pair } from "./certificates.ts";
import { closeLater } from "./world.ts";

export const TLS: GatewayTls = { port: 0, min_version: "1.2", client_certificates: "none" };

/** For shop.example.com, signed by `ca`. */
export function shopCertificate(ca: Authority): PlanCertificate {
  const pair = ca.issue({ name: "shop", hosts: ["shop.example.com"] });
  const hosts = ["shop.example.com"];
  return { workspace: "acme", name: "shop", hosts, ...pair, default: false, expires_at: Date.now() + 1e9 };
}

export interface H2Upstream {
  url: string;
  port: number;
  sessions: ServerHttp2Session[];
  /** Below the sessions, and below TLS. */
  sockets: Socket[];
  close(): Promise<void>;
}

export type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** h2c, or h2 where a certificate is given. */
export async function h2Upstream(onStream: OnStream, pair?: Pair, settings = {}): Promise<H2Upstream> {
  const server: Http2Server = pair
    ? createSecureServer({ cert: pair.certificate, key: pair.key, settings })
    : createServer({ settings });
  const sessions: ServerHttp2Session[] = [];
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => void sockets.push(socket));
  server.on("session", (session: ServerHttp2Session) => {
    sessions.push(session);
    session.on("error", () => undefined);
  });
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", () => undefined);
    onStream(stream, headers);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const session of sessions) session.destroy();
    await closed;
  };
  closeLater(close);
  return { url: `${pair ? "https" : "http"}://127.0.0.1:${port}`, port, sessions, sockets, close };
}

/** A connection to a gateway's TLS port. */
export async function h2Client(port: number, ca: string): Promise<ClientHttp2Session> {
  const made = connect(`https://shop.example.com:${port}`, {
    ca,
    servername: "shop.example.com",
    lookup: (_host, options, found) =>
      options.all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4),
  });
  made.on("error", () => undefined);
  closeLater(async () => made.destroy());
  await once(made, "connect");
  return made;
}

export interface H2Answer {
  status: number;
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders | undefined;
  body: Buffer;
}

/** Rejects when the stream is reset. */
export async function answerOf(stream: ClientHttp2Stream): Promise<H2Answer> {
  let trailers: IncomingHttpHeaders | undefined;
  stream.on("trailers", (came) => {
    trailers = came;
  });
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status": number }];
  const pieces: Buffer[] = [];
  for await (const chunk of stream) pieces.push(chunk as Buffer);
  await new Promise((resolve) => setImmediate(resolve));
  return { status: headers[":status"], headers, trailers, body: Buffer.concat(pieces) };
}
