// The clients of a gateway that warms up. They leave less garbage than those of node:http, which would stay with the process as memory.
import { connect, type Socket } from "node:net";
import { type Clock, LIMITS } from "@holdfast/base";
import { END, MORE, REFUSED, ResponseReader } from "@holdfast/http1";

/** How many calls were answered with each status. */
export type Statuses = Record<number, number>;

export type Calls = { host: string; port: number; path: string; calls: number; at_once: number };

/**
 * Makes `calls` calls over kept connections, `at_once` at a time. When it is late no further ones are made, and nobody waits for those
 * that run. Rejects when one gets no answer.
 */
export async function callOver({ host, port, path, calls, at_once }: Calls, late: AbortSignal): Promise<Statuses> {
  const statuses: Statuses = {};
  const callers = Array.from({ length: at_once }, () => new Caller(host, port));
  const closeAll = (): void => callers.forEach((caller, at) => void caller.close(at % 2 === 0));
  late.addEventListener("abort", closeAll, { once: true });
  let left = calls;
  async function inTurn(caller: Caller): Promise<void> {
    while (left-- > 0 && !late.aborted) {
      const status = await caller.ask(path);
      if (status !== undefined) statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  try {
    await Promise.all(callers.map(inTurn));
  } finally {
    closeAll();
  }
  return statuses;
}

/** So long they wait who leave. */
const SHORT_MS = 2;

/** Makes `calls` calls one after the other, each over a connection of its own, and leaves before it is answered. When it is late no further ones are made. */
export async function leaveEarly(
  { host, port, path, calls }: Omit<Calls, "at_once">,
  clock: Clock,
  late: AbortSignal,
): Promise<void> {
  for (let call = 0; call < calls && !late.aborted; call++) {
    const caller = new Caller(host, port);
    const asked = caller.ask(path);
    await clock.sleep(SHORT_MS);
    caller.close(call % 2 === 0);
    await asked;
  }
}

/** What is read from any connection is dealt with before another is read from. */
const READ_INTO = Buffer.allocUnsafe(16 * 1024);

/** Of one request and the next: what only one kind of client sends must not look to V8 like what all send. */
const FIELDS = [
  "Host: warm-up\r\n",
  "host: warm-up:8080\r\nuser-agent: warm-up/1.0 (of a gateway)\r\naccept: */*\r\naccept-encoding: gzip, br\r\nconnection: keep-alive\r\n",
  "Host: warm-up\r\nUser-Agent: warm-up\r\nAccept: application/json\r\nX-Api-Key: warm-up\r\nX-Request-Id: warm-up\r\nCookie: warm=up\r\n",
];

class Caller {
  readonly #socket: Socket;
  readonly #reader = new ResponseReader(LIMITS);
  #asked = 0;
  #waiting: { resolve(status?: number): void; reject(error: Error): void } | undefined;

  constructor(host: string, port: number) {
    const callback = (length: number): boolean => this.#onBytes(length);
    this.#socket = connect({ host, port, noDelay: true, onread: { buffer: READ_INTO, callback } })
      .on("error", (error) => this.#waiting?.reject(error))
      .on("close", () => this.#waiting?.reject(new Error("the gateway closed a connection before it answered")));
  }

  /** Undefined: it was closed meanwhile. */
  ask(path: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#reader.expect("GET");
      this.#asked++;
      this.#socket.write(`GET ${path} HTTP/1.1\r\n${FIELDS[this.#asked % FIELDS.length]}\r\n`);
    });
  }

  /** `in_order`: with an end; otherwise as a client does that breaks off. */
  close(in_order: boolean): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
    if (in_order) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #onBytes(length: number): boolean {
    this.#reader.push(READ_INTO, length);
    for (let event = this.#reader.next(); event !== MORE; event = this.#reader.next()) {
      if (event === END) this.#waiting?.resolve(this.#reader.head.status);
      if (event === REFUSED) this.#waiting?.reject(new Error("the gateway's answer cannot be read"));
      if (event === END || event === REFUSED) return true;
    }
    this.#reader.keep();
    return true;
  }
}
