// Identifiers: UUIDv7 (RFC 9562 section 5.7), made in our code so that order of making is order of sorting.
import { randomFillSync } from "node:crypto";
import { type Clock, systemClock } from "./clock.ts";

/** A UUIDv7 in its canonical text form, 36 characters, lower case. */
export type Id = string;

export type IdSource = () => Id;

/** Fills the array with random bytes. */
export type RandomBytes = (into: Uint8Array) => void;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const BLOCK_BYTES = 4096;
const RANDOM_BYTES_PER_ID = 10;

/**
 * Makes ids that sort by time, also within one millisecond: a 12 bit counter (rand_a) counts up inside it.
 * Random bytes are drawn in blocks, because one draw per id would dominate its cost.
 */
export function idSource(clock: Clock = systemClock, random: RandomBytes = randomFillSync): IdSource {
  const block = new Uint8Array(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  let last_ms = 0;
  let counter = 0;

  function tick(): void {
    const now = clock.now();
    if (now > last_ms) {
      last_ms = now;
      counter = 0;
    } else if (++counter > 0xfff) {
      last_ms++;
      counter = 0;
    }
  }

  return () => {
    tick();
    if (used + RANDOM_BYTES_PER_ID > BLOCK_BYTES) {
      random(block);
      used = 0;
    }
    const at = used;
    used += RANDOM_BYTES_PER_ID;
    const byte = (index: number): string => HEX[block[at + index] as number] as string;
    const time = last_ms.toString(16).padStart(12, "0");
    const sequence = counter.toString(16).padStart(3, "0");
    const variant = HEX[((block[at] as number) & 0x3f) | 0x80] as string;
    return (
      `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${byte(1)}-` +
      `${byte(2)}${byte(3)}${byte(4)}${byte(5)}${byte(6)}${byte(7)}`
    );
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
