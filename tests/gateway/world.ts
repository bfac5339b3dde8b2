// A gateway with real upstreams and clients on loopback, for the tests of packages/gateway: servers that answer, cut and talk
// nonsense; a client that sends bytes as they are; and the records that calls left.

import { createHash } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer as createRawServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, idSource, type Log, systemClock } from "@holdfast/base";
import type { CallRecord, ModelTarget, Plan, PlanModel, PlanRoute } from "@holdfast/contract";
import {
  createSharedCounters,
  DEFAULT_TRANSPORT,
  type Gateway,
  type GatewayTls,
  type RecordSink,
  startGateway,
  type TransportName,
  type TrustedProxies,
} from "@holdfast/gateway";

export interface Place {
  port: number;
  url: string;
  close(): Promise<void>;
}

/** Everything that a test opened; `closeAll` in afterEach leaves nothing behind. */
const opened: (() => Promise<void>)[] = [];

/** For what a test opens by itself. */
export function closeLater(close: () => Promise<void>): void {
  opened.push(close);
}

export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export async function upstream(listener: RequestListener): Promise<Place> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  opened.push(close);
  return { port, url: `http://127.0.0.1:${port}`, close };
}

/** A server of bytes: `onRequest` is called with what came so far, for each piece that comes. */
export async function rawUpstream(
  onData: (socket: Socket, received: string) => void,
): Promise<Place & { connections(): number }> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    connections++;
    sockets.add(socket);
    let received = "";
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      onData(socket, received);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  };
  opened.push(close);
  return { port, url: `http://127.0.0.1:${port}`, close, connections: () => connections };
}

export interface Answer {
  raw: string;
  status: number;
  headers: [string, string][];
  body: string;
  header(name: string): string | undefined;
  /** How the connection ended, if it did. */
  ended: "open" | "closed" | "reset";
}

export interface Talk {
  /** Pieces are sent one after the other, 10 ms apart. */
  pieces: (string | Uint8Array)[];
  /** Ends the wait as soon as the answer satisfies this; default: the connection ends, or `wait_ms` is over. */
  until?: (raw: string) => boolean;
  wait_ms?: number;
  /** Destroys the connection after the answer satisfied `until`. */
  leave?: boolean;
}

/** Sends bytes exactly as given and collects what comes back. */
export async function talk(port: number, { pieces, until, wait_ms = 3000 }: Talk): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  let raw = "";
  let ended: Answer["ended"] = "open";
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, wait_ms);
    const finish = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.on("data", (chunk) => {
      raw += chunk.toString("latin1");
      if (until?.(raw)) finish();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") ended = "reset";
    });
    socket.on("close", () => {
      if (ended === "open") ended = "closed";
      finish();
    });
  });
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(10);
  }
  await done;
  socket.destroy();
  return parseAnswer(raw, ended);
}

export function request(line: string, headers: string[] = [], body = ""): string {
  return `${[`${line} HTTP/1.1`, "Host: shop.example.com", "Connection: close", ...headers].join("\r\n")}\r\n\r\n${body}`;
}

function parseAnswer(raw: string, ended: Answer["ended"]): Answer {
  const split = raw.indexOf("\r\n\r\n");
  const [first = "", ...lines] = (split < 0 ? raw : raw.slice(0, split)).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    raw,
    status: Number(first.split(" ")[1] ?? 0),
    headers,
    body: split < 0 ? "" : raw.slice(split + 4),
    header: (name) => headers.find(([known]) => known === name)?.[1],
    ended,
  };
}

export function routeTo(url: string, more: Partial<PlanRoute> = {}): PlanRoute {
  return {
    kind: "route",
    workspace: "acme",
    subject: "routes.orders",
    name: "orders",
    service: "orders",
    path: "/orders/**",
    access: "public",
    limits: [],
    capture: { headers: false, payload_share: 0 },
    timeouts: { connect_ms: 500, first_byte_ms: 2000, idle_ms: 2000, total_ms: 10_000 },
    releases: [{ name: "v1", weight: 1, targets: [{ url }] }],
    ...more,
  };
}

export function modelAt(targets: ModelTarget[], more: Partial<PlanModel> = {}): PlanModel {
  const { path: _path, service: _service, ...shared } = routeTo("");
  return {
    ...shared,
    kind: "model",
    subject: "models.assistant",
    name: "assistant",
    releases: [{ name: "steady", weight: 1, targets }],
    ...more,
  };
}

export const REFERENCE_KEY: Buffer = createHash("sha256").update("reference key of the tests").digest();

export function planOf(parts: Partial<Plan>): Plan {
  const key = REFERENCE_KEY.toString("base64url");
  return {
    version: 1,
    number: 7,
    made_at: 0,
    routes: [],
    models: [],
    consumers: [{ workspace: "acme", name: "shop", key_hashes: [keyHash("key-of-shop")] }],
    sites: [],
    reference_keys: { acme: key, other: key },
    ...parts,
  };
}

export function keyHash(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

let transport: TransportName = DEFAULT_TRANSPORT;

/** Which transport the worlds of a test file use. */
export function speak(name: TransportName): void {
  transport = name;
}

export interface World {
  gateway: Gateway;
  port: number;
  records: CallRecord[];
  problems: unknown[];
  /** The record of the only call so far, once it is there. */
  record(): Promise<CallRecord>;
}

/** `sink`: gets every record as well. */
type WorldParts = Partial<Plan> & { tls?: GatewayTls; trusted_proxies?: TrustedProxies | undefined; sink?: RecordSink };

export async function world(parts: WorldParts, clock: Clock = systemClock, calls_max = 1000): Promise<World> {
  const { tls, trusted_proxies, sink, ...plan } = parts;
  const records: CallRecord[] = [];
  const problems: unknown[] = [];
  const note = (fields: unknown) => void problems.push(fields);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const gateway = await startGateway({
    plan: planOf(plan),
    tls,
    trusted_proxies,
    host: "127.0.0.1",
    port: 0,
    node: "test-1",
    clock,
    ids: idSource(clock),
    counters: createSharedCounters(),
    records: {
      write(record, trace_is_id) {
        records.push(record);
        sink?.write(record, trace_is_id);
      },
    },
    log,
    calls_max,
    transport,
  });
  opened.push(() => gateway.drain(50));
  return {
    gateway,
    port: gateway.port,
    records,
    problems,
    async record() {
      for (let turn = 0; turn < 200 && records.length === 0; turn++) await sleep(10);
      if (records.length !== 1) throw new Error(`${records.length} records instead of one`);
      return records[0] as CallRecord;
    },
  };
}
