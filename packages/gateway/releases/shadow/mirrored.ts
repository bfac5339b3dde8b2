// What is kept of a client's call that will be copied: its body, up to a limit, and a digest of the answer as its upstream sent it.
import { createHash } from "node:crypto";
import { LIMITS } from "@holdfast/base";
import type { SeenAnswer } from "./compare.ts";

/** Bytes that all calls of one subject in one worker hold for their copies. */
export type Held = { bytes: number };

export class Mirrored {
  status: number | undefined = undefined;
  content_type: string | undefined = undefined;
  /** The request's last byte came. */
  whole = false;
  /** Why it cannot be copied. */
  dropped: "body_too_large" | "overloaded" | undefined = undefined;
  readonly #held: Held;
  readonly #body_bytes_max: number;
  readonly #answer = createHash("sha256");
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(held: Held, body_bytes_max: number) {
    this.#held = held;
    this.#body_bytes_max = body_bytes_max;
  }

  /** Copies: `chunk` is a view of something that will be overwritten. */
  keep(chunk: Uint8Array): void {
    if (this.dropped) return;
    if (this.#bytes + chunk.length > this.#body_bytes_max) this.#drop("body_too_large");
    else if (this.#held.bytes + chunk.length > LIMITS.shadow_held_bytes_max) this.#drop("overloaded");
    else {
      this.#bytes += chunk.length;
      this.#held.bytes += chunk.length;
      this.#chunks.push(Buffer.from(chunk));
    }
  }

  answered(chunk: Uint8Array): void {
    this.#answer.update(chunk);
  }

  /** Once. Undefined when the request had no body. What was held is given back: from here on the copy holds it. */
  takeBody(): Uint8Array | undefined {
    const body = this.#bytes === 0 ? undefined : Buffer.concat(this.#chunks);
    this.release();
    return body;
  }

  /** Once, after the answer ended. `seen`: its body passed here as the upstream sent it. */
  answer(status: number, seen: boolean): SeenAnswer {
    return { status, content_type: this.content_type, body: seen ? this.#answer.digest("base64") : undefined };
  }

  release(): void {
    this.#held.bytes -= this.#bytes;
    this.#bytes = 0;
    this.#chunks = [];
  }

  #drop(why: "body_too_large" | "overloaded"): void {
    this.dropped = why;
    this.release();
  }
}
