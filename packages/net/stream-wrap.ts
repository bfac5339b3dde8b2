// What stands below the streams of Node's sockets: reads and writes without the work of a stream around each. Node gives it out as
// `process.binding("stream_wrap")`, undocumented. A Node that does not any more is served through its streams, at 2 to 4 µs a call.

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

export const streamWrap: StreamWrap | undefined = findStreamWrap();

function findStreamWrap(): StreamWrap | undefined {
  const { binding } = process as unknown as { binding?: (name: string) => Partial<StreamWrap> };
  try {
    const found = binding?.call(process, "stream_wrap");
    return found && isWhole(found) ? found : undefined;
  } catch {
    // Said by a Node that has closed this door.
    return undefined;
  }
}

function isWhole(found: Partial<StreamWrap>): found is StreamWrap {
  const { WriteWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = found;
  return [WriteWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync].every((part) => part !== undefined);
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
  handle.onread = function read(bytes) {
    const count = streamBaseState[kReadBytesOrError] as number;
    if (count > 0) onBytes(count);
    else onread.call(this, bytes);
  };
}
