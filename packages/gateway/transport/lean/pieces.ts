// Bytes to a socket, with the text that belongs around them, so that the system gets both in one go.
import { chunkLine } from "@holdfast/http1";
import type { WireSocket } from "@holdfast/net";
import { flushTexts, isSecure, isWritten, writeStraight, writeText } from "./write-text.ts";

/** Up to here one string, and one plain write, is cheaper than bytes put side by side. */
const SMALL_BYTES = 8192;
/** What the system reads at once, and the text around it. More goes through the stream. */
const ASSEMBLED_BYTES_MAX = 66 * 1024;

/** Where pieces are put side by side. The same memory again and again, as long as the system takes all at once: it stays in the cache. */
let assembled: Buffer | undefined;

/** `before` and `after`: one byte a character. `chunk` may be overwritten afterwards. */
export type Pieces = { before: string; chunk: Uint8Array; after: string };

/** False: the socket has enough for now. `onWritten`: as of `writeText`. */
export function writePieces(socket: WireSocket, pieces: Pieces, onWritten?: () => void): boolean {
  const { before, chunk, after } = pieces;
  if (chunk.length <= SMALL_BYTES) return writeText(socket, before + latin1(chunk) + after, onWritten);
  flushTexts();
  const length = before.length + chunk.length + after.length;
  if (length > ASSEMBLED_BYTES_MAX || !isWritten(socket) || isSecure(socket))
    return writeThrough(socket, pieces, onWritten);
  assembled ??= Buffer.allocUnsafeSlow(ASSEMBLED_BYTES_MAX);
  assembled.write(before, 0, "latin1");
  assembled.set(chunk, before.length);
  assembled.write(after, before.length + chunk.length, "latin1");
  const whole = assembled.subarray(0, length);
  const became = writeStraight(socket, whole);
  // Whoever waits for the rest of it reads from this memory.
  if (became !== "taken") assembled = undefined;
  return became === "no" ? socket.write(whole) : true;
}

function writeThrough(socket: WireSocket, { before, chunk, after }: Pieces, onWritten?: () => void): boolean {
  socket.cork();
  if (before !== "") socket.write(before, "latin1");
  let open = socket.write(copyOf(chunk), after === "" && isSecure(socket) ? onWritten : undefined);
  if (after !== "") open = socket.write(after, "latin1", isSecure(socket) ? onWritten : undefined);
  socket.uncork();
  return open;
}

/** A chunk of a body in chunks (RFC 9112 section 7.1). */
export function writeChunk(socket: WireSocket, chunk: Uint8Array): void {
  if (chunk.length > 0) writePieces(socket, { before: chunkLine(chunk.length), chunk, after: "\r\n" });
}

/** Text of the same bytes. */
function latin1(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("latin1");
}

/** For bytes in a buffer that is read into again. */
export function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  return copy;
}
