// Lets accepted sockets read into one buffer that all of them share, as outgoing ones do (net/open-socket.ts): a fresh buffer and a
// readable stream for each read cost more than the read itself.
import { Socket } from "node:net";
import { handleOf, readStraight, streamWrap } from "@holdfast/net";

/** As libuv reads at most. */
const READ_BYTES = 64 * 1024;
const buffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * The same for a socket of TLS that is open and on which nothing was read yet: what was deciphered comes in the shared buffer. Else
 * it comes as the stream brings it.
 */
export function readSecured(socket: Socket, onBytes: (bytes: Buffer, count: number) => void): void {
  const handle = handleOf(socket);
  // A stream that flows, and never gets anything, tells of the end.
  socket.on("data", (bytes: Buffer) => onBytes(bytes, bytes.length));
  if (!streamWrap || !handle?.useUserBuffer || socket.readableLength > 0) return;
  handle.useUserBuffer(buffer);
  readStraight(socket, (count) => onBytes(buffer, count));
  const { pause, resume } = socket;
  const stop = (): Socket => {
    if (!socket.destroyed) handle.readStop();
    return pause.call(socket);
  };
  const goOn = (): Socket => {
    if (!socket.destroyed) handle.readStart();
    return resume.call(socket);
  };
  socket.pause = stop;
  socket.resume = goOn;
}

/**
 * The same connection as another socket. `accepted` must be paused (`pauseOnConnect`), and is done for. `onBytes` gets the first
 * `count` bytes of what is overwritten after the call.
 */
export function withSharedReads(accepted: Socket, onBytes: (bytes: Buffer, count: number) => void): Socket {
  const handle = handleOf(accepted);
  if (!handle) throw new Error("an accepted socket has no handle");
  (accepted as unknown as { _handle: null })._handle = null;
  accepted.destroy();
  const socket = new Socket({
    // As servers do it themselves; Node's documentation leaves it out.
    handle: handle as never,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: {
      buffer,
      callback(count) {
        onBytes(buffer, count);
        return true;
      },
    },
  });
  readStraight(socket, (count) => onBytes(buffer, count));
  return socket;
}
