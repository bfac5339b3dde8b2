// A kept answer sent as if an upstream had just given it: through the same hooks, at the pace of the client.
import type { Call } from "../pipeline/call.ts";
import { ourMistake } from "../pipeline/failures.ts";
import { passData, passEnd, passHead } from "../pipeline/reply.ts";
import type { UpstreamExchange } from "../transport/upstream.ts";

/** What is written between two looks at whether the client keeps up. */
const PIECE_BYTES = 64 * 1024;

/** `headers` are the receiver's to change. */
export function replay(call: Call, head: { status: number; headers: string[] }, body: Uint8Array): void {
  const exchange = new Replay(call, body);
  call.upstream = exchange;
  passHead(call, head.status, head.headers);
  exchange.resume();
}

class Replay implements UpstreamExchange {
  readonly #call: Call;
  readonly #body: Uint8Array;
  #at = 0;
  #paused = false;
  #over = false;
  #running = false;

  constructor(call: Call, body: Uint8Array) {
    this.#call = call;
    this.#body = body;
  }

  resume(): void {
    this.#paused = false;
    // Also called from inside: the client may take a piece at once.
    if (this.#running) return;
    this.#running = true;
    try {
      this.#run();
    } catch (error) {
      ourMistake(this.#call, error);
    }
    this.#running = false;
  }

  #run(): void {
    const body = this.#body;
    while (!this.#over && !this.#paused && this.#at < body.length) {
      const piece = body.length - this.#at <= PIECE_BYTES ? body.length : this.#at + PIECE_BYTES;
      const chunk = this.#at === 0 && piece === body.length ? body : body.subarray(this.#at, piece);
      this.#at = piece;
      this.#call.quiet_ms = 0;
      passData(this.#call, chunk);
    }
    if (this.#over || this.#paused) return;
    this.#over = true;
    passEnd(this.#call);
  }

  pause(): void {
    this.#paused = true;
  }

  cancel(): void {
    this.#over = true;
  }

  write(): boolean {
    return true;
  }
  finish(): void {}
}
