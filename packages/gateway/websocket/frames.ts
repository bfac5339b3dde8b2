// Watches WebSocket frames (RFC 6455 section 5) as they pass: bytes go on unchanged, frame by frame, until one breaks the protocol
// or a limit. Extensions are the ends' own affair, so reserved bits and payloads are not looked at. Pure.

export type FrameLimits = {
  /** Of one message, all its fragments together. */
  message_bytes_max: number;
};

/** Status codes of RFC 6455 section 7.4.1. */
export const GOING_AWAY = 1001;
const PROTOCOL_ERROR = 1002;
const TOO_BIG = 1009;
const NO_STATUS = 1005;

export type FrameTrouble = { code: number; detail: string };

const CONTINUATION = 0;
const CLOSE = 8;
const KNOWN = new Set([CONTINUATION, 1, 2, CLOSE, 9, 10]);
const CONTROL_BYTES_MAX = 125;

type Head = {
  opcode: number;
  final: boolean;
  /** Of the head itself, the mask's key included. */
  head_bytes: number;
  payload_bytes: number;
  mask: Uint8Array | undefined;
};

/** One direction of a connection. `masked`: it comes from the client (section 5.1). */
export class FrameWatch {
  trouble: FrameTrouble | undefined;
  /** A close frame passed. */
  closed = false;
  /** Its status; 1005 when it had none (section 7.1.5). */
  close_code: number | undefined;
  readonly #masked: boolean;
  readonly #bytes_max: number;
  /** A frame's head that has not come whole; it is held back until it has. */
  #held: Uint8Array = NOTHING;
  #payload_left = 0;
  #message_bytes = 0;
  #in_message = false;

  constructor(from: "client" | "server", { message_bytes_max }: FrameLimits) {
    this.#masked = from === "client";
    this.#bytes_max = message_bytes_max;
  }

  /** Nothing of a frame is under way, so another frame may be put in. */
  get between_frames(): boolean {
    return this.#payload_left === 0 && this.#held.length === 0;
  }

  /** What may go on, in order. After `trouble` nothing may. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = NOTHING;
    let at = 0;
    while (at < bytes.length && !this.trouble) {
      if (this.#payload_left > 0) {
        const passed = Math.min(this.#payload_left, bytes.length - at);
        this.#payload_left -= passed;
        at += passed;
        continue;
      }
      const head = readHead(bytes, at);
      if (!head) {
        this.#held = bytes.slice(at);
        return bytes.subarray(0, at);
      }
      this.trouble = this.#troubleOf(head);
      if (this.trouble) break;
      this.#begin(head, bytes, at);
      at += head.head_bytes;
    }
    return bytes.subarray(0, at);
  }

  #begin({ opcode, final, head_bytes, payload_bytes, mask }: Head, bytes: Uint8Array, at: number): void {
    this.#payload_left = payload_bytes;
    if (opcode === CLOSE) {
      this.closed = true;
      this.close_code = closeCode(bytes.subarray(at + head_bytes), payload_bytes, mask);
    }
    if (opcode >= CLOSE) return;
    this.#message_bytes = (opcode === CONTINUATION ? this.#message_bytes : 0) + payload_bytes;
    this.#in_message = !final;
  }

  #troubleOf({ opcode, final, payload_bytes, mask }: Head): FrameTrouble | undefined {
    const broken = (detail: string): FrameTrouble => ({ code: PROTOCOL_ERROR, detail });
    if (this.closed) return broken("A frame follows a close frame.");
    if (!KNOWN.has(opcode)) return broken("A frame has an unknown opcode.");
    if ((mask !== undefined) !== this.#masked)
      return broken(this.#masked ? "A frame is not masked." : "A frame is masked.");
    if (opcode >= CLOSE) {
      if (!final || payload_bytes > CONTROL_BYTES_MAX) return broken("A control frame is fragmented or too long.");
      return opcode === CLOSE && payload_bytes === 1 ? broken("A close frame has half a status.") : undefined;
    }
    if ((opcode === CONTINUATION) !== this.#in_message) return broken("Fragments of messages are out of order.");
    const message_bytes = (opcode === CONTINUATION ? this.#message_bytes : 0) + payload_bytes;
    if (message_bytes <= this.#bytes_max) return undefined;
    return { code: TOO_BIG, detail: `A message may have ${this.#bytes_max} bytes on this route.` };
  }
}

/** Section 5.2. Undefined: more bytes are needed; a close frame's status counts as part of its head. */
function readHead(bytes: Uint8Array, at: number): Head | undefined {
  const left = bytes.length - at;
  if (left < 2) return undefined;
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  const masked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  const length_bytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const head_bytes = 2 + length_bytes + (masked ? 4 : 0);
  if (left < head_bytes) return undefined;
  const payload_bytes = length_bytes === 0 ? short : numberAt(bytes, at + 2, length_bytes);
  const opcode = first & 0x0f;
  if (opcode === CLOSE && payload_bytes >= 2 && left < head_bytes + 2) return undefined;
  const mask = masked ? bytes.subarray(at + head_bytes - 4, at + head_bytes) : undefined;
  return { opcode, final: (first & 0x80) !== 0, head_bytes, payload_bytes, mask };
}

/** Beyond 2^53 the number is not exact, and over every limit. */
function numberAt(bytes: Uint8Array, at: number, count: number): number {
  let number = 0;
  for (let index = at; index < at + count; index++) number = number * 256 + (bytes[index] as number);
  return number;
}

function closeCode(payload: Uint8Array, payload_bytes: number, mask: Uint8Array | undefined): number {
  if (payload_bytes < 2) return NO_STATUS;
  const at = (index: number) => (payload[index] as number) ^ (mask?.[index] ?? 0);
  return at(0) * 256 + at(1);
}

/** A close frame of our own (section 5.5.1). Towards a server it is masked, with a key of zeros: there is nothing to hide in it. */
export function closeFrame(code: number, towards: "client" | "server"): Uint8Array {
  const status = [code >> 8, code & 0xff];
  return Uint8Array.from(towards === "client" ? [0x88, 2, ...status] : [0x88, 0x82, 0, 0, 0, 0, ...status]);
}

const NOTHING = new Uint8Array(0);
