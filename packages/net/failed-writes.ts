// A write fails as soon as the other side has closed, and what it said before may still wait unread: most often an early answer to an
// upload. So a failed write does not end a socket at once. Reading goes on to its own end, which is there with the next look of the
// event loop, and nothing more is written.
import { Socket } from "node:net";
import { type Clock, LIMITS } from "@holdfast/base";
import { BareSocket } from "./bare-socket.ts";
import type { Done, WireSocket } from "./wire-socket.ts";

const failures = new WeakMap<Socket | WireSocket, (error: Error) => void>();

/** A write below the stream of the socket has failed. */
export function failWrite(socket: Socket | WireSocket, error: Error): void {
  // Who reads on and writes no more is a stream.
  const stream = socket instanceof BareSocket ? socket.stream : socket;
  const fail = stream && failures.get(stream);
  if (fail) fail(error);
  else socket.destroy(error);
}

/** `onFailed` hears of the first write that fails; the socket closes when everything that had come was read. */
export function readOnAfterFailedWrites(socket: Socket, clock: Clock, onFailed: (error: Error) => void): void {
  let failed = false;
  const fail = (error: Error): void => {
    if (failed || socket.destroyed) return;
    failed = true;
    socket.cork();
    onFailed(error);
    destroyWhenQuiet(socket, clock);
  };
  failures.set(socket, fail);
  // The stream would close at the first error that it is told. Not told, it takes the write for one that waits.
  const { _write, _writev } = Socket.prototype;
  const unlessFailed = (done: Done): Done => {
    return (error) => (error ? fail(error) : done());
  };
  const write: typeof _write = (chunk, encoding, done) => _write.call(socket, chunk, encoding, unlessFailed(done));
  const writeAll: typeof _writev = (chunks, done) => _writev?.call(socket, chunks, unlessFailed(done));
  socket._write = write;
  socket._writev = writeAll;
}

/** A failure that does not end the connection, such as of a firewall in between, must not leave it waiting. */
function destroyWhenQuiet(socket: Socket, clock: Clock): void {
  let read = socket.bytesRead;
  const cancel = clock.every(LIMITS.upstream_last_words_ms, () => {
    // Who has stopped reading, for a slow client, finds the end when it goes on.
    if (!socket.isPaused() && socket.bytesRead === read) socket.destroy();
    read = socket.bytesRead;
  });
  socket.once("close", cancel);
}
