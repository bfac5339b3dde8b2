// Calls that come by chance, as those of many callers who know nothing of one another (a Poisson process), however long others take;
// each on a connection that is free or on a new one. Times count from when a call was written: whoever paces by a timer of a
// millisecond is late by up to that, and the server has no part in it.
import { connect, type Socket } from "node:net";
import { systemClock } from "@holdfast/base";

/** Callers of one server. Connections are kept between loads, and taken in turn, so that none rests for long while others are used. */
export class Callers {
  readonly #port: number;
  readonly #free: Caller[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves with the answers of about `per_second` calls a second for `seconds`, once the last is there. */
  async load(path: string, per_second: number, seconds: number): Promise<Answer[]> {
    const answers: Promise<Answer>[] = [];
    const begun = performance.now();
    for (let due_ms = gapMs(per_second); due_ms < seconds * 1000; ) {
      const passed_ms = performance.now() - begun;
      for (; due_ms <= passed_ms; due_ms += gapMs(per_second)) answers.push(this.#call(path));
      await systemClock.sleep(1);
    }
    return Promise.all(answers);
  }

  close(): void {
    for (const caller of this.#free.splice(0)) caller.close();
  }

  async #call(path: string): Promise<Answer> {
    let caller = this.#free.shift();
    // The other side ends what it has not heard of for long, maybe in this very moment.
    for (; caller && !caller.usable; caller = this.#free.shift()) caller.close();
    caller ??= new Caller(this.#port);
    const answer = await caller.call(path);
    this.#free.push(caller);
    return answer;
  }
}

/** Milliseconds to the next call. */
function gapMs(per_second: number): number {
  return (-Math.log(1 - Math.random()) / per_second) * 1000;
}

/** `ms`: until the first bytes of the answer. */
export type Answer = { status: number; ms: number };

/** Answers longer than this would come in several reads. Those of these loads have a few hundred bytes. */
const READ_BYTES = 16 * 1024;
/** A connection that rested for longer is not used again. */
const RESTED_MS_MOST = 40_000;

class Caller {
  readonly #socket: Socket;
  #answered = performance.now();
  #waiting: { begun: number; resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const onread = {
      buffer,
      callback: () => {
        this.#onAnswer(buffer);
        return true;
      },
    };
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true, onread })
      .on("error", (error) => this.#waiting?.reject(error))
      .on("close", () => this.#waiting?.reject(new Error("a connection ended without an answer")));
  }

  get usable(): boolean {
    const is_open = this.#socket.writable && !this.#socket.readableEnded;
    return is_open && performance.now() - this.#answered < RESTED_MS_MOST;
  }

  call(path: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { begun: performance.now(), resolve, reject };
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: load\r\n\r\n`);
    });
  }

  #onAnswer(bytes: Buffer): void {
    const { begun, resolve } = this.#waiting ?? {};
    if (begun === undefined || !resolve) throw new Error("an answer that nobody waits for");
    this.#waiting = undefined;
    this.#answered = performance.now();
    resolve({ status: Number(bytes.toString("latin1", 9, 12)), ms: this.#answered - begun });
  }

  close(): void {
    this.#socket.destroy();
  }
}
