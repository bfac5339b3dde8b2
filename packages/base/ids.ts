// Identifiers: UUIDv7 (RFC 9562 section 5.7), made in our code so that order of making is order of sorting.
import { randomFillSync } from "node:crypto";
import { type Clock, systemClock } from "./clock.ts";

/** A UUIDv7 in its canonical text form, 36 characters, lower case. */
export type Id = string;

export type IdSource = () => Id;

/** Fills the array with random bytes. */
export type RandomBytes = (into: Uint8Array) => void;

/** Three hexadecimal digits for each number of 12 bits: an id is put together from few pieces. */
const HEX = Array.from({ length: 0x1000 }, (_, bits) => bits.toString(16).padStart(3, "0"));
/** The digit that carries the variant (RFC 9562 section 4.1) and two random bits. */
const VARIANTS = ["8", "9", "a", "b"];
const BLOCK_WORDS = 2000;
const WORDS_PER_ID = 5;

/**
 * Makes ids that sort by time, also within one millisecond: a 12 bit counter (rand_a) counts up inside it.
 * Random bytes are drawn in blocks, because one draw per id would dominate its cost.
 */
export function idSource(clock: Clock = systemClock, random: RandomBytes = randomFillSync): IdSource {
  const words = new Uint16Array(BLOCK_WORDS);
  const bytes = new Uint8Array(words.buffer);
  let used = BLOCK_WORDS;
  let last_ms = 0;
  let counter = 0;
  /** The part of an id that changes with the millisecond only. */
  let time = "";

  function tick(): void {
    const now = clock.now();
    if (now <= last_ms && ++counter <= 0xfff) return;
    last_ms = Math.max(now, last_ms + 1);
    counter = 0;
    const hex = last_ms.toString(16).padStart(12, "0");
    time = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  }

  return () => {
    tick();
    if (used === BLOCK_WORDS) {
      random(bytes);
      used = 0;
    }
    const at = used;
    used += WORDS_PER_ID;
    const hex = (word: number): string => HEX[(words[at + word] as number) & 0xfff] as string;
    const variant = VARIANTS[(words[at] as number) >>> 14] as string;
    return `${time}${HEX[counter]}-${variant}${hex(0)}-${hex(1)}${hex(2)}${hex(3)}${hex(4)}`;
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
