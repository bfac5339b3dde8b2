// Writes what belongs together, text around bytes, so that the system gets it in one go.
import type { Socket } from "node:net";

/** False: the socket has enough for now. */
export function writePieces(socket: Socket, before: string, chunk: Uint8Array, after: string): boolean {
  socket.cork();
  if (before !== "") socket.write(before, "latin1");
  let open = socket.write(chunk);
  if (after !== "") open = socket.write(after, "latin1");
  socket.uncork();
  return open;
}
