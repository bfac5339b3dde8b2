// A socket as those see it who send and read over a wire: Node's own, or one that has a stream only once somebody needs it.
import type { Socket } from "node:net";

/** Told once a write is done, or has failed. */
export type Done = (error?: Error | null) => void;

/** Each member as of Node's `net.Socket`. */
export type WireSocket = Pick<
  Socket,
  "destroyed" | "remoteAddress" | "writableLength" | "writableCorked" | "writableNeedDrain"
> & {
  write(bytes: Uint8Array | string, done?: Done): boolean;
  write(text: string, encoding?: BufferEncoding, done?: Done): boolean;
  cork(): void;
  uncork(): void;
  isPaused(): boolean;
  pause(): unknown;
  resume(): unknown;
  destroy(error?: Error): unknown;
  destroySoon(): void;
};
