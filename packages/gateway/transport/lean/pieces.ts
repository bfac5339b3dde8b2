// Bytes to a socket, with the text that belongs around them, so that the system gets both in one go.
import type { Socket } from "node:net";
import { chunkLine } from "@holdfast/http1";
import { flushTexts, writeText } from "./write-text.ts";

/** Up to here one string, and one plain write, is cheaper than two pieces. */
const SMALL_BYTES = 8192;

/** `before` and `after`: one byte a character. False: the socket has enough for now. */
export function writePieces(socket: Socket, before: string, chunk: Uint8Array, after: string): boolean {
  if (chunk.length <= SMALL_BYTES) return writeText(socket, before + latin1(chunk) + after);
  flushTexts();
  socket.cork();
  if (before !== "") socket.write(before, "latin1");
  let open = socket.write(chunk);
  if (after !== "") open = socket.write(after, "latin1");
  socket.uncork();
  return open;
}

/** A chunk of a body in chunks (RFC 9112 section 7.1). */
export function writeChunk(socket: Socket, chunk: Uint8Array): void {
  if (chunk.length > 0) writePieces(socket, chunkLine(chunk.length), chunk, "\r\n");
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
