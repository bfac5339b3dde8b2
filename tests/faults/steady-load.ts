// Clients that never rest: each has one connection, sends the next request as soon as it has the answer, and goes on over a new
// connection when the server closes the old one in order. Everything else is a failed call.
import { connect, type Socket } from "node:net";
import { DATA, END, HEAD, MORE, REFUSED, ResponseReader } from "@holdfast/http1";

export type LoadResult = { calls: number; failed: number; reasons: Record<string, number>; reconnects: number };

export type SteadyLoad = {
  result(): LoadResult;
  /** Every client finishes the call that it is in. */
  stop(): Promise<LoadResult>;
};

const CONNECT_PAUSE_MS = 5;

export function startLoad(port: number, { clients, path }: { clients: number; path: string }): SteadyLoad {
  const result: LoadResult = { calls: 0, failed: 0, reasons: {}, reconnects: 0 };
  const request = `GET ${path} HTTP/1.1\r\nHost: load.example.com\r\n\r\n`;
  const state = { stopping: false };
  const all = Array.from({ length: clients }, () => new Client({ port, request, result, state }).run());
  return {
    result: () => result,
    async stop() {
      state.stopping = true;
      await Promise.all(all);
      return result;
    },
  };
}

type ClientOptions = { port: number; request: string; result: LoadResult; state: { stopping: boolean } };

class Client {
  readonly #options: ClientOptions;
  #socket: Socket | undefined;
  #reader = new ResponseReader({ head_bytes_max: 64 * 1024 });
  #settle: (outcome: string) => void = () => undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { result, state } = this.#options;
    while (!state.stopping) {
      this.#socket ??= await this.#open();
      if (!this.#socket) continue;
      const outcome = await this.#call(this.#socket);
      result.calls++;
      if (outcome === "ok" || outcome === "last") {
        if (outcome === "ok") continue;
        result.reconnects++;
      } else {
        result.failed++;
        result.reasons[outcome] = (result.reasons[outcome] ?? 0) + 1;
      }
      this.#drop();
    }
    this.#drop();
  }

  #drop(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** Undefined: nobody listens, which is a failed call. */
  #open(): Promise<Socket | undefined> {
    const { port, result } = this.#options;
    return new Promise((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("connect", () => {
        this.#reader = new ResponseReader({ head_bytes_max: 64 * 1024 });
        resolve(socket);
      });
      socket.on("data", (bytes) => this.#read(bytes));
      socket.on("error", (error: NodeJS.ErrnoException) => this.#settle(error.code ?? "error"));
      socket.on("close", () => {
        this.#settle("closed without an answer");
        if (socket.connecting || socket.bytesWritten > 0 || this.#socket === socket) return;
        result.failed++;
        result.reasons["no connection"] = (result.reasons["no connection"] ?? 0) + 1;
        setTimeout(() => resolve(undefined), CONNECT_PAUSE_MS);
      });
    });
  }

  #call(socket: Socket): Promise<string> {
    return new Promise((resolve) => {
      this.#settle = (outcome) => {
        this.#settle = () => undefined;
        resolve(outcome);
      };
      this.#reader.expect("GET");
      socket.write(this.#options.request);
    });
  }

  #read(bytes: Buffer): void {
    const reader = this.#reader;
    reader.push(bytes);
    for (let event = reader.next(); event !== MORE; event = reader.next()) {
      const { status, close } = event === REFUSED ? { status: 0, close: true } : reader.head;
      if (event === END) this.#settle(status !== 200 ? `status ${status}` : close ? "last" : "ok");
      else if (event !== HEAD && event !== DATA) this.#settle(reader.refusal?.detail ?? "an interim answer");
      if (event === END || event === REFUSED) return;
    }
  }
}
