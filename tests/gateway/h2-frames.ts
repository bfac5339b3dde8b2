// HTTP/2 by the byte, for what no honest client sends: frames written by hand over an open connection, and the frames that come
// back. Header blocks are literals without index or Huffman code (RFC 7541 section 6.2.2), so every byte of them can be chosen.
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { closeLater } from "./world.ts";

export const DATA = 0x0;
export const HEADERS = 0x1;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;

export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;

export const ERRORS = { none: 0, protocol: 1, refused_stream: 7, cancel: 8, enhance_your_calm: 11 } as const;

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Names and values in turn; latin1. */
export function headerBlock(flat: string[]): Buffer {
  const parts: Buffer[] = [];
  for (let index = 0; index < flat.length; index += 2)
    parts.push(Buffer.from([0]), literal(flat[index] as string), literal(flat[index + 1] as string));
  return Buffer.concat(parts);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length: number[] = [127];
  let left = bytes.length - 127;
  for (; left >= 128; left >>= 7) length.push((left & 127) | 128);
  return Buffer.concat([Buffer.from([...length, left]), bytes]);
}

/** A request that is fine in every way, to change one thing of. */
export function requestFields(changes: Record<string, string | undefined> = {}): string[] {
  const all: Record<string, string | undefined> = {
    ":method": "GET",
    ":scheme": "https",
    ":path": "/orders/1",
    ":authority": "shop.example.com",
    ...changes,
  };
  return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

export class RawH2 {
  readonly frames: Frame[] = [];
  closed = false;
  readonly #socket: Duplex;
  #rest: Buffer = Buffer.alloc(0);
  #watchers = new Set<() => void>();

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.closed = true;
      this.#tell();
    });
    this.send(Buffer.from(PREFACE), frame(SETTINGS, 0, 0));
  }

  /** In one write, so that the other side reads them at once. */
  send(...frames: Buffer[]): void {
    if (!this.closed) this.#socket.write(Buffer.concat(frames));
  }

  /** The first frame that fits; undefined when the connection ends, or after a second without one. */
  async expect(fits: (frame: Frame) => boolean, wait_ms = 1000): Promise<Frame | undefined> {
    const deadline = Date.now() + wait_ms;
    for (;;) {
      const found = this.frames.find(fits);
      if (found || this.closed || Date.now() >= deadline) return found;
      await this.#change(deadline - Date.now());
    }
  }

  async ended(wait_ms = 2000): Promise<boolean> {
    const deadline = Date.now() + wait_ms;
    while (!this.closed && Date.now() < deadline) await this.#change(deadline - Date.now());
    return this.closed;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #change(within_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, within_ms);
      this.#watchers.add(done);
    });
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) break;
      const [type = 0, flags = 0] = this.#rest.subarray(3, 5);
      const stream = this.#rest.readUInt32BE(5) & 0x7fffffff;
      this.frames.push({ type, flags, stream, payload: this.#rest.subarray(9, 9 + length) });
      this.#rest = this.#rest.subarray(9 + length);
    }
    this.#tell();
  }
}

/**
 * A connection to a gateway's TLS port on which nothing but preface and settings was sent. `allowHalfOpen`: it does not end because the
 * gateway has ended its side.
 */
export async function rawH2(port: number, ca: string, { allowHalfOpen = false } = {}): Promise<RawH2> {
  const at = { port, host: "127.0.0.1", servername: "shop.example.com" };
  // Taken for the plain socket below (net.connect); the typings of tls do not know.
  const options = { ...at, ca, ALPNProtocols: ["h2"], allowHalfOpen } as ConnectionOptions;
  const socket = connectTls(options);
  await once(socket, "secureConnect");
  const raw = new RawH2(socket);
  closeLater(async () => raw.destroy());
  return raw;
}

export function errorCodeOf({ payload }: Frame): number {
  return payload.readUInt32BE(payload.length >= 8 ? 4 : 0);
}
