// What stands below the streams of Node's sockets: reads, writes and connections without the work of a stream around each. Node gives
// it out as `process.binding("stream_wrap")` and `("tcp_wrap")`, undocumented. A Node that does not any more is served through its
// streams, at 2 to 4 µs a call and 100 to 200 µs a connection.
import { getSystemErrorName } from "node:util";

/** A write under way. `bytes`: what it is of, kept as long as it is. */
export type WriteRequest = { oncomplete?: (status: number) => void; bytes?: Uint8Array };

export type StreamHandle = {
  writeLatin1String(request: WriteRequest, text: string): number;
  /** `bytes` must stay as they are while the request is under way. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  onread: (bytes: ArrayBuffer | undefined) => unknown;
  /** From here on reads come in `bytes`. As undocumented as the rest: asked for before it is used. */
  useUserBuffer?(bytes: Uint8Array): void;
  readStart(): number;
  readStop(): number;
};

export type StreamWrap = {
  WriteWrap: new () => WriteRequest;
  /** What the last call said beside its result, at the places below. */
  streamBaseState: Int32Array;
  kReadBytesOrError: number;
  kLastWriteWasAsync: number;
};

export const streamWrap: StreamWrap | undefined = findBinding("stream_wrap", [
  "WriteWrap",
  "streamBaseState",
  "kReadBytesOrError",
  "kLastWriteWasAsync",
]);

type ConnectRequest = { oncomplete?: (status: number) => void };

export type TcpHandle = StreamHandle & {
  useUserBuffer(bytes: Uint8Array): void;
  /** Not 0: an error, and `oncomplete` is not called. */
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  setNoDelay(on: boolean): number;
  close(): void;
  /** Closes it without an end of what was sent: the other side sees a reset, and the port is free at once. Not 0: it did not. */
  reset(): number;
};

export type TcpWrap = {
  TCP: new (type: number) => TcpHandle;
  TCPConnectWrap: new () => ConnectRequest;
  constants: { SOCKET: number };
};

export const tcpWrap: TcpWrap | undefined = findBinding("tcp_wrap", ["TCP", "TCPConnectWrap", "constants"]);

/** What a read counts when the other side has ended (libuv's UV_EOF, the same on every platform). */
export const END_OF_FILE = -4095;

function findBinding<Binding extends object>(name: string, parts: readonly (keyof Binding)[]): Binding | undefined {
  const { binding } = process as unknown as { binding?: (name: string) => Partial<Binding> };
  try {
    const found = binding?.call(process, name);
    return found && parts.every((part) => found[part] !== undefined) ? (found as Binding) : undefined;
  } catch {
    // Said by a Node that has closed this door.
    return undefined;
  }
}

/** The handle of a socket; null once it is closed. */
export function handleOf(socket: object): StreamHandle | null {
  return (socket as { _handle: StreamHandle | null })._handle;
}

/**
 * Reads of a socket that was made with `onread` go straight to `onBytes`: the first `count` bytes of its buffer. Ends and errors take
 * the stream's way. To be called once the socket has its handle.
 */
export function readStraight(socket: object, onBytes: (count: number) => void): void {
  const handle = handleOf(socket);
  if (!streamWrap || !handle) return;
  const { streamBaseState, kReadBytesOrError } = streamWrap;
  const { onread } = handle;
  const onRead = (bytes: ArrayBuffer | undefined): void => {
    const count = streamBaseState[kReadBytesOrError] as number;
    if (count > 0) onBytes(count);
    else onread.call(handle, bytes);
  };
  handle.onread = onRead;
}

/** An error as Node's own sockets make it. `status`: below 0, as libuv says it. */
export function systemError(syscall: string, status: number, where = ""): Error {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`${syscall} ${code}${where}`), { code, errno: status, syscall });
}
