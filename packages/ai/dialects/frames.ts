// Server-sent events as bytes: cuts a stream into its frames wherever the network cut it, and lets a frame pass or vanish whole.
// Grammar: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
import { LIMITS } from "@holdfast/base";

export type FrameFilter = {
  /** What may pass by now. It is the chunk's own memory unless a frame was split between chunks or left out. */
  push(chunk: Uint8Array): Uint8Array;
  /** The frame that the end of the stream left open. */
  end(): Uint8Array;
};

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/** Asks `keep` about every frame once it is complete. One that is longer than the limit passes unread: bounded memory. */
export function createFrameFilter(keep: (frame: Buffer) => boolean): FrameFilter {
  const boundaries = createBoundaryFinder();
  let held: Uint8Array[] = [];
  let held_bytes = 0;
  let too_long = false;

  function hold(piece: Uint8Array): Uint8Array {
    if (too_long || piece.length === 0) return piece;
    held.push(piece);
    held_bytes += piece.length;
    too_long = held_bytes > LIMITS.event_frame_bytes_max;
    return too_long ? release() : NOTHING;
  }

  function release(): Buffer {
    const whole = held.length === 1 ? viewOf(held[0] as Uint8Array) : Buffer.concat(held);
    held = [];
    held_bytes = 0;
    return whole;
  }

  function finish(piece: Uint8Array): Uint8Array {
    const rest = hold(piece);
    if (too_long) {
      too_long = false;
      return rest;
    }
    const frame = release();
    return keep(frame) ? frame : NOTHING;
  }

  return {
    push(chunk) {
      const passed: Uint8Array[] = [];
      let from = 0;
      for (const end of boundaries(chunk)) {
        passed.push(finish(chunk.subarray(from, end)));
        from = end;
      }
      passed.push(hold(chunk.subarray(from)));
      return join(passed);
    },
    end: () => finish(NOTHING),
  };
}

/**
 * For each chunk, the positions right after the blank lines that end frames. Lines end with LF, CRLF or CR; a CR at the end of a
 * chunk is decided by the next byte, so that the same stream is cut the same way however it arrives.
 */
export function createBoundaryFinder(): (chunk: Uint8Array) => number[] {
  let line_bytes = 0;
  let after_cr = false;
  return (chunk) => {
    const ends: number[] = [];
    const endLine = (end: number): void => {
      if (line_bytes === 0) ends.push(end);
      line_bytes = 0;
    };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (after_cr) {
        after_cr = false;
        endLine(byte === LF ? at + 1 : at);
        if (byte === LF) continue;
      }
      if (byte === LF) endLine(at + 1);
      else if (byte === CR) after_cr = true;
      else line_bytes++;
    }
    return ends;
  };
}

/** One array for several; neighbours in the same memory are joined without copying. */
function join(parts: Uint8Array[]): Uint8Array {
  const merged: Uint8Array[] = [];
  for (const part of parts) {
    if (part.length === 0) continue;
    const last = merged.at(-1);
    if (last && last.buffer === part.buffer && last.byteOffset + last.length === part.byteOffset) {
      merged[merged.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + part.length);
    } else merged.push(part);
  }
  return merged.length > 1 ? Buffer.concat(merged) : (merged[0] ?? NOTHING);
}

/** `data` and `event` of one frame; data is undefined where there is none, as in a comment that keeps the line open. */
export function readFrame(frame: Buffer): { event: string | undefined; data: string | undefined } {
  const text = frame.toString("utf8").replace(/^\uFEFF/, "");
  let event: string | undefined;
  let data: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, name, value = ""] = /^(data|event)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "event") event = value;
    if (name === "data") data = data === undefined ? value : `${data}\n${value}`;
  }
  return { event, data };
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
