// Reads answers: see readers.ts.
import { BROKEN } from "./fields.ts";
import { type ResponseHead, responseFraming, responseTrouble, StatusLine, UNTIL_CLOSE } from "./heads.ts";
import { fields, MessageReader } from "./readers.ts";
import { malformed } from "./refusal.ts";
import { Repeated, Seen } from "./seen.ts";

/** Interim answers before one final answer; more than any honest server sends. */
const INTERIM_MAX = 32;

const status_line = new StatusLine();
const repeated_heads = new Repeated<ResponseHead>();

export class ResponseReader extends MessageReader {
  /** What the last HEAD or INTERIM announced. */
  head!: ResponseHead;
  #to_head = false;
  #to_upgrade = false;
  #interim = 0;
  /** Whole heads. */
  readonly #seen = new Seen<ResponseHead>(repeated_heads);
  #again: ResponseHead | undefined;

  /** Before an answer is read: what was asked? `upgrade`: for another protocol, so 101 is a final answer. */
  expect(method: string, upgrade = false): void {
    this.#to_head = method === "HEAD";
    this.#to_upgrade = upgrade;
    this.#interim = 0;
  }

  /** Whether a connection that ends now ends the answer as it should. */
  get may_end(): boolean {
    return this.body.ends_with_connection;
  }

  protected scan(bytes: Buffer, from: number, to: number): number {
    this.#again = this.#to_head || this.#to_upgrade ? undefined : this.#seen.again(bytes, from, to);
    if (this.#again) return from + this.#seen.length;
    const behind_line = status_line.scan(bytes, from, to);
    if (behind_line === BROKEN) this.refuse(status_line.refusal);
    if (behind_line < 0) return behind_line;
    const behind = fields.scan(bytes, behind_line, to);
    if (behind === BROKEN) this.refuse(fields.refusal);
    return behind;
  }

  protected take(bytes: Buffer, from: number, to: number): number | undefined {
    if (this.#again) {
      this.head = this.#again;
      return this.head.framing;
    }
    const { status, http_1_0 } = status_line;
    const switched = status === 101 && this.#to_upgrade && fields.upgrade_named && fields.upgrade_listed;
    const interim = status < 200 && !switched;
    const trouble = responseTrouble(status_line, fields, switched);
    if (trouble || (interim && ++this.#interim > INTERIM_MAX)) {
      this.refuse(malformed(trouble ?? "Too many interim answers."));
      return undefined;
    }
    // What follows 101 is another protocol, until the connection ends.
    const framing = switched ? UNTIL_CLOSE : responseFraming(status, fields, this.#to_head);
    this.head = {
      status,
      headers: fields.list(bytes.toString("latin1", from, to), from, true),
      notes: {},
      framing,
      close: fields.close || framing === UNTIL_CLOSE || (http_1_0 && !fields.keep_alive),
      keep_alive_seconds: fields.keep_alive_seconds,
    };
    if (interim) return undefined;
    if (!this.#to_head && !switched) this.#seen.keep(bytes, from, to, this.head);
    return framing;
  }
}
