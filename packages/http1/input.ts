// The bytes that came and were not read yet, as one piece. Bytes are copied only when something is left over from a read.

const GROWTH = 2;
const SMALLEST = 1024;

export class Input {
  bytes: Buffer = EMPTY;
  /** First byte that was not read. */
  at = 0;
  /** Behind the last byte. */
  end = 0;
  /** The buffer is ours: nobody else writes into it, and behind `end` there is room to append. */
  #ours = false;

  get rest(): number {
    return this.end - this.at;
  }

  /** `length`: so many bytes at the start of `chunk`; a view of them would be an object for each read. */
  push(chunk: Buffer, length: number): void {
    if (this.at === this.end) {
      this.bytes = chunk;
      this.at = 0;
      this.end = length;
      this.#ours = false;
      return;
    }
    if (!this.#ours || this.end + length > this.bytes.length) this.#own(length);
    chunk.copy(this.bytes, this.end, 0, length);
    this.end += length;
  }

  /** From here on the pushed chunk may be overwritten. */
  keep(): void {
    if (this.at < this.end && !this.#ours) this.#own(0);
  }

  /** What was given out of the old buffer stays as it is: a new one is made, none is shifted. */
  #own(more: number): void {
    const rest = this.end - this.at;
    const own = Buffer.allocUnsafeSlow(Math.max(SMALLEST, (rest + more) * GROWTH));
    this.bytes.copy(own, 0, this.at, this.end);
    this.bytes = own;
    this.at = 0;
    this.end = rest;
    this.#ours = true;
  }
}

const EMPTY = Buffer.alloc(0);
