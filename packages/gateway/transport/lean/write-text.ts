// Text for plain sockets. What one turn of the event loop has to say to many peers leaves together at its end: each peer is awake while
// the others are written to, where one write at a time wakes it anew (a tenth of a call's time). And it leaves past the stream around
// the socket: where nothing waits, a write is one call into the system, without the request, callbacks and tick that a stream makes
// of it. What the system does not take at once makes the stream hold back what comes behind it, so that order, back-pressure and
// ends are the stream's as ever. Who uses the socket in another way calls `flushTexts` first.
import type { Socket } from "node:net";
import {
  failWrite,
  handleOf,
  type StreamWrap,
  streamWrap,
  systemError,
  type WireSocket,
  type WriteRequest,
} from "@holdfast/net";

/** Node tries to hand over at once what fits on its stack, which is this much. */
const AT_ONCE_BYTES = 16_384;
/** Texts that leave before the turn is over: the first has waited for the work of so many calls, a fraction of a millisecond. */
const TOGETHER_MAX = 64;

/** Used again as long as the system takes all at once: then nothing of it is kept. */
let request = streamWrap && new streamWrap.WriteWrap();

/** The first `waiting` of them wait. Places are written over and not taken away: an array that shrinks to nothing grows anew. */
const sockets: (WireSocket | undefined)[] = new Array(TOGETHER_MAX).fill(undefined);
const texts: string[] = new Array(TOGETHER_MAX).fill("");
let waiting = 0;
let due = false;

/** Whether everything that was written is with the system, or will be when this turn of the event loop ends. */
export function isWritten(socket: WireSocket): boolean {
  return socket.writableLength === 0 && socket.writableCorked === 0;
}

/** `text`: one byte a character. False: the socket has enough for now. `onWritten` hears of writes of TLS, which never end at once. */
export function writeText(socket: WireSocket, text: string, onWritten?: () => void): boolean {
  const last = waiting - 1;
  if (last >= 0 && sockets[last] === socket) {
    if ((texts[last] as string).length + text.length <= AT_ONCE_BYTES) {
      texts[last] += text;
      return true;
    }
    // No more than that waits: the socket has to be able to say that it has enough.
    flushTexts();
  }
  if (isSecure(socket)) return socket.write(text, "latin1", onWritten);
  if (!streamWrap || !isWritten(socket)) return socket.write(text, "latin1");
  sockets[waiting] = socket;
  texts[waiting] = text;
  if (++waiting === TOGETHER_MAX) flushTexts();
  else if (!due) {
    due = true;
    setImmediate(flushTexts);
  }
  return true;
}

/** Hands over what this turn of the event loop has said so far. */
export function flushTexts(): void {
  due = false;
  for (let index = 0; index < waiting; index++) {
    const socket = sockets[index];
    const text = texts[index] as string;
    sockets[index] = undefined;
    texts[index] = "";
    if (socket) handOver(socket, text);
  }
  waiting = 0;
}

export function endAfterTexts(socket: Socket): void {
  flushTexts();
  socket.end();
}

export function isSecure(socket: WireSocket): boolean {
  return (socket as { encrypted?: boolean }).encrypted === true;
}

function handOver(socket: WireSocket, text: string): void {
  if (socket.destroyed) return;
  const handle = handleOf(socket);
  if (!request || !handle || text.length > AT_ONCE_BYTES || !isWritten(socket)) socket.write(text, "latin1");
  else settle(socket, request, handle.writeLatin1String(request, text));
}

/**
 * Writes past the stream what nothing waits before. "taken": the system has all of it. "under way": `bytes` must not change any more.
 * "no": nothing was done, the stream has to.
 */
export function writeStraight(socket: WireSocket, bytes: Uint8Array): "taken" | "under way" | "no" {
  const handle = handleOf(socket);
  if (!request || !handle || socket.destroyed || !isWritten(socket) || isSecure(socket)) return "no";
  return settle(socket, request, handle.writeBuffer(request, bytes), bytes) ? "under way" : "taken";
}

/** What became of a write of `used`. True: it is under way. */
function settle(socket: WireSocket, used: WriteRequest, status: number, bytes?: Uint8Array): boolean {
  const { streamBaseState, kLastWriteWasAsync, WriteWrap } = streamWrap as StreamWrap;
  if (status !== 0) failWrite(socket, systemError("write", status));
  else if (streamBaseState[kLastWriteWasAsync] !== 0) {
    if (bytes) used.bytes = bytes;
    holdBack(socket, used);
    request = new WriteWrap();
    return true;
  }
  return false;
}

/** Part of what was written waits for room. */
function holdBack(socket: WireSocket, pending: WriteRequest): void {
  socket.cork();
  const onComplete = (status: number): void => {
    if (socket.destroyed) return;
    if (status < 0) failWrite(socket, systemError("write", status));
    else socket.uncork();
  };
  pending.oncomplete = onComplete;
}
