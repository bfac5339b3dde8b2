// An open loop of requests: each is sent when it is due, however long others take, on a connection that is free or on a new one.
// Time counts from when a request was due, so that a generator that is late does not flatter the server. Run as a program it prints
// what came of it as JSON; in a process of its own it can have a core of its own.
//   node tests/load/open-loop.ts PORT RATE SECONDS WARM_UP_SECONDS CONNECTIONS_MAX < request
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

/** Latencies in milliseconds, sorted; only requests that were due after the warm-up. */
export type OpenLoop = {
  sent: number;
  served: number;
  refused: number;
  refused_with_retry_after: number;
  failed: number;
  /** Were due, but all connections were busy. */
  not_sent: number;
  connections: number;
  seconds: number;
  served_ms: Quantiles;
  refused_ms: Quantiles;
  /** How late the generator itself was; the times of calls include it. */
  late_ms: Quantiles;
};

type Quantiles = { p50: number; p95: number; p99: number; max: number };

type Line = { socket: Socket; due_ms: number; counts: boolean; needs: number; status: number; retry_after: boolean };

class Generator {
  readonly #request: Buffer;
  readonly #port: number;
  readonly #connections_max: number;
  readonly #free: Line[] = [];
  readonly served_ms: number[] = [];
  readonly refused_ms: number[] = [];
  readonly late_ms: number[] = [];
  connections = 0;
  sent = 0;
  retry_after = 0;
  failed = 0;
  not_sent = 0;
  open = 0;

  constructor(port: number, request: Buffer, connections_max: number) {
    this.#port = port;
    this.#request = request;
    this.#connections_max = connections_max;
  }

  send(due_ms: number, counts: boolean): void {
    const line = this.#free.pop() ?? this.#connect();
    if (!line) {
      if (counts) this.not_sent++;
      return;
    }
    line.due_ms = due_ms;
    line.counts = counts;
    line.needs = 0;
    if (counts) {
      this.sent++;
      this.late_ms.push(performance.now() - due_ms);
    }
    line.socket.write(this.#request);
  }

  #connect(): Line | undefined {
    if (this.connections >= this.#connections_max) return undefined;
    this.connections++;
    this.open++;
    const buffer = Buffer.allocUnsafe(16 * 1024);
    const onread = { buffer, callback: (bytes: number) => this.#onRead(line, buffer, bytes) };
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true, onread });
    const line: Line = { socket, due_ms: 0, counts: false, needs: 0, status: 0, retry_after: false };
    socket.on("error", () => undefined).on("close", () => this.#onClosed(line));
    return line;
  }

  #onRead(line: Line, buffer: Buffer, bytes: number): boolean {
    if (line.needs === 0) {
      const head_ends = buffer.indexOf("\r\n\r\n") + 4;
      const head = buffer.toString("latin1", 0, head_ends);
      line.status = Number(head.slice(9, 12));
      line.retry_after = head.includes("\r\nretry-after: ");
      line.needs = head_ends + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    }
    line.needs -= bytes;
    if (line.needs <= 0) this.#onAnswer(line);
    return true;
  }

  #onAnswer(line: Line): void {
    line.needs = 0;
    this.#free.push(line);
    if (!line.counts) return;
    const took_ms = performance.now() - line.due_ms;
    if (line.status === 200) this.served_ms.push(took_ms);
    else if (line.status === 503 || line.status === 429) {
      this.refused_ms.push(took_ms);
      if (line.retry_after) this.retry_after++;
    } else this.failed++;
    line.counts = false;
  }

  #onClosed(line: Line): void {
    this.connections--;
    if (line.counts) this.failed++;
    const at = this.#free.indexOf(line);
    if (at >= 0) this.#free.splice(at, 1);
  }
}

async function run(generator: Generator, rate: number, seconds: number, warm_up_seconds: number): Promise<OpenLoop> {
  const began_ms = performance.now();
  const all = (seconds + warm_up_seconds) * rate;
  for (let sent = 0; sent < all; ) {
    const due = Math.floor(((performance.now() - began_ms) / 1000) * rate);
    for (; sent < due && sent < all; sent++)
      generator.send(began_ms + (sent / rate) * 1000, sent >= warm_up_seconds * rate);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Whoever has no answer after this has none.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const { served_ms, refused_ms, late_ms, sent, retry_after, failed, not_sent, open } = generator;
  return {
    sent,
    served: served_ms.length,
    refused: refused_ms.length,
    refused_with_retry_after: retry_after,
    failed: failed + (sent - served_ms.length - refused_ms.length - failed),
    not_sent,
    connections: open,
    seconds,
    served_ms: quantiles(served_ms),
    refused_ms: quantiles(refused_ms),
    late_ms: quantiles(late_ms),
  };
}

function quantiles(all: number[]): Quantiles {
  const sorted = all.toSorted((left, right) => left - right);
  const at = (share: number): number => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const [port, rate, seconds, warm_up_seconds, connections_max] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
  number,
];
const found = await run(new Generator(port, readFileSync(0), connections_max), rate, seconds, warm_up_seconds);
process.stdout.write(`${JSON.stringify(found)}\n`);
process.exit(0);
