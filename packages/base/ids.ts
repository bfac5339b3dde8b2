// Identifiers: UUIDv7 (RFC 9562 section 5.7), made in our code so that order of making is order of sorting.
import { randomFillSync } from "node:crypto";
import { type Clock, type Instant, systemClock } from "./clock.ts";

/** A UUIDv7 in its canonical text form, 36 characters, lower case. */
export type Id = string;

/** `now_ms`: what the clock says, from who has just looked at it. */
export type IdSource = (now_ms?: Instant) => Id;

/** Fills the array with random bytes. */
export type RandomBytes = (into: Uint8Array) => void;

const DIGITS = Buffer.from("0123456789abcdef");
const BYTES_PER_ID = 8;
const BLOCK_IDS = 500;
const SHAPE = "00000000-0000-7000-8000-000000000000";
/** Where the parts stand in the text. */
const [COUNTER, VARIANT, NODE] = [15, 19, 24] as const;

/**
 * Makes ids that sort by time, also within one millisecond: a 12 bit counter (rand_a) counts up inside it.
 * Random bytes are drawn in blocks, because one draw per id would dominate its cost; and the text is written digit by digit and made
 * at once, because one that is added up of pieces costs twice as much.
 */
export function idSource(clock: Clock = systemClock, random: RandomBytes = randomFillSync): IdSource {
  const bytes = new Uint8Array(BYTES_PER_ID * BLOCK_IDS);
  const text = Buffer.from(SHAPE);
  let used = bytes.length;
  let last_ms = 0;
  let counter = 0;

  function tick(now: Instant): void {
    if (now <= last_ms && ++counter <= 0xfff) return;
    last_ms = Math.max(now, last_ms + 1);
    counter = 0;
    const hex = last_ms.toString(16).padStart(12, "0");
    text.write(`${hex.slice(0, 8)}-${hex.slice(8)}`, "latin1");
  }

  /** Two digits of the text. */
  function put(at: number, byte: number): void {
    text[at] = DIGITS[byte >> 4] as number;
    text[at + 1] = DIGITS[byte & 0xf] as number;
  }

  return (now_ms = clock.now()) => {
    tick(now_ms);
    if (used === bytes.length) {
      random(bytes);
      used = 0;
    }
    text[COUNTER] = DIGITS[counter >> 8] as number;
    put(COUNTER + 1, counter & 0xff);
    // The variant (RFC 9562 section 4.1) and six random bits.
    put(VARIANT, ((bytes[used++] as number) & 0x3f) | 0x80);
    put(VARIANT + 2, bytes[used++] as number);
    for (let at = NODE; at < text.length; at += 2) put(at, bytes[used++] as number);
    return text.toString("latin1");
  };
}

/** The time that a UUIDv7 carries, in milliseconds since the Unix epoch. */
export function timeOfId(id: Id): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return ID_PATTERN.test(text);
}
