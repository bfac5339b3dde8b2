// Reads requests: see readers.ts.

import { CR, LF } from "./bytes.ts";
import { BROKEN, INCOMPLETE } from "./fields.ts";
import { type RequestHead, RequestLine, requestFraming, requestTrouble } from "./heads.ts";
import { fields, MessageReader } from "./readers.ts";
import { malformed } from "./refusal.ts";
import { Repeated, Seen } from "./seen.ts";

const request_line = new RequestLine();
const repeated_fields = new Repeated<RequestHead>();
const repeated_heads = new Repeated<RequestHead>();

export class RequestReader extends MessageReader {
  /** What the last HEAD announced. */
  head!: RequestHead;
  /** The last request asked for an upgrade that nobody has declined. */
  #may_be_foreign = false;
  /** Header sections, from behind the request line, and the heads they were of. */
  readonly #seen = new Seen<RequestHead>(repeated_fields);
  #again: RequestHead | undefined;
  #fields_from = 0;
  /** Whole heads, from the request line on. */
  readonly #seen_whole = new Seen<RequestHead>(repeated_heads);
  #whole_again: RequestHead | undefined;
  #from = 0;

  /** The last request was answered in HTTP/1.1: so what comes next is HTTP/1.1. */
  declineUpgrade(): void {
    this.#may_be_foreign = false;
  }

  protected scan(bytes: Buffer, from: number, to: number): number {
    if (this.#may_be_foreign) {
      this.refuse(malformed("Bytes follow a request for an upgrade."));
      return BROKEN;
    }
    // One empty line before a request is read over (RFC 9112 section 2.2).
    const begins = bytes[from] === CR && from + 1 < to && bytes[from + 1] === LF ? from + 2 : from;
    if (begins === to || (bytes[from] === CR && from + 1 === to)) return INCOMPLETE;
    this.#from = begins;
    this.#whole_again = this.#seen_whole.again(bytes, begins, to);
    if (this.#whole_again) return begins + this.#seen_whole.length;
    const behind_line = request_line.scan(bytes, begins, to);
    if (behind_line === BROKEN) this.refuse(request_line.refusal);
    if (behind_line < 0) return behind_line;
    this.#fields_from = behind_line;
    this.#again = this.#seen.again(bytes, behind_line, to);
    if (this.#again && this.#again.http_1_0 === request_line.http_1_0) return behind_line + this.#seen.length;
    this.#again = undefined;
    const behind = fields.scan(bytes, behind_line, to);
    if (behind === BROKEN) this.refuse(fields.refusal);
    return behind;
  }

  protected take(bytes: Buffer, from: number, to: number): number | undefined {
    if (this.#whole_again) {
      this.head = this.#whole_again;
      return this.head.framing;
    }
    if (this.#again) return this.#takeAgain(bytes, to, this.#again);
    const trouble = requestTrouble(request_line, fields);
    if (trouble) {
      this.refuse(malformed(trouble));
      return undefined;
    }
    this.head = newHead(bytes, from, to);
    const { framing, upgrade } = this.head;
    this.#may_be_foreign = upgrade;
    if (!upgrade) {
      this.head.notes = this.#seen.keep(bytes, this.#fields_from, to, this.head).notes;
      this.head.whole_notes = this.#seen_whole.keep(bytes, this.#from, to, this.head).whole_notes;
    }
    return framing;
  }

  #takeAgain(bytes: Buffer, to: number, seen: RequestHead): number {
    const { method, target_from, target_to } = request_line;
    const { http_1_0, headers, notes, framing, close, expects_continue, upgrade } = seen;
    const target = bytes.toString("latin1", target_from, target_to);
    // Written out: a spread takes ten times as long.
    this.head = {
      method,
      target,
      http_1_0,
      headers,
      notes,
      whole_notes: {},
      framing,
      close,
      expects_continue,
      upgrade,
    };
    this.head.whole_notes = this.#seen_whole.keep(bytes, this.#from, to, this.head).whole_notes;
    return framing;
  }
}

/** Of what was scanned last. */
function newHead(bytes: Buffer, from: number, to: number): RequestHead {
  const { method, http_1_0, target_from, target_to } = request_line;
  const text = bytes.toString("latin1", from, to);
  const framing = requestFraming(fields);
  return {
    method,
    target: text.slice(target_from - from, target_to - from),
    http_1_0,
    headers: fields.list(text, from, false),
    notes: {},
    whole_notes: {},
    framing,
    // HTTP/1.0 may keep a connection too, but is answered in a way that ends with it.
    close: fields.close || http_1_0,
    expects_continue: fields.expects_continue && !http_1_0 && framing !== 0,
    upgrade: fields.upgrade_named && fields.upgrade_listed,
  };
}
