// Keeps a copy of what passes, up to a limit, for calls whose route asks for it. Never holds anything back, and what it gives out
// is scrubbed: nothing unscrubbed leaves this file.
import { type Id, LIMITS, scrubHeaders, scrubPayload, scrubQuery } from "@holdfast/base";
import type { CallCapture, PlanCapture } from "@holdfast/contract";

/** Whether a call belongs to the share that is captured, by the random end of its id: every node decides alike. */
function isSampled(call: Id, share: number): boolean {
  return share > 0 && Number.parseInt(call.slice(28), 16) < share * 0x1_0000_0000;
}

export type BodyKind = { content_type: string | undefined; encoded: boolean };

export class Capture {
  readonly #headers: boolean;
  readonly #payloads: boolean;
  /** Headers that hold credentials on this route, in lower case. */
  readonly #hidden: readonly string[];
  #request_headers: readonly string[] | undefined;
  #response_headers: readonly string[] | undefined;
  #request: BodyCopy | undefined;
  #response: BodyCopy | undefined;

  /** Undefined when this call is not captured at all. */
  static of(call: Id, { headers, payload_share, hidden_headers }: PlanCapture): Capture | undefined {
    const payloads = isSampled(call, payload_share);
    return headers || payloads ? new Capture(headers, payloads, hidden_headers) : undefined;
  }

  private constructor(headers: boolean, payloads: boolean, hidden: readonly string[] = []) {
    this.#hidden = hidden;
    this.#headers = headers;
    this.#payloads = payloads;
  }

  request(headers: readonly string[], kind: BodyKind): void {
    if (this.#headers) this.#request_headers = headers;
    if (this.#payloads) this.#request = BodyCopy.of(kind);
  }

  /** Lists are kept, not copied: nobody changes them after the head was sent. */
  response(headers: readonly string[], kind: BodyKind): void {
    if (this.#headers) this.#response_headers = headers;
    if (this.#payloads) this.#response = BodyCopy.of(kind);
  }

  requestData(chunk: Uint8Array): void {
    this.#request?.push(chunk);
  }

  responseData(chunk: Uint8Array): void {
    this.#response?.push(chunk);
  }

  result(): CallCapture {
    return {
      request_headers: this.#request_headers ? scrubHeaders(pairs(this.#request_headers), this.#hidden) : null,
      response_headers: this.#response_headers ? scrubHeaders(pairs(this.#response_headers)) : null,
      request_body: this.#request?.text() ?? null,
      response_body: this.#response?.text() ?? null,
      cut: (this.#request?.cut ?? false) || (this.#response?.cut ?? false),
    };
  }
}

const TEXT = /^(text\/|application\/([\w.+-]*json|[\w.+-]*xml|x-www-form-urlencoded|graphql|x-ndjson))/i;
const FORM = /^application\/x-www-form-urlencoded/i;

class BodyCopy {
  cut = false;
  readonly #form: boolean;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** Undefined for bodies that are not plain text: nobody could read or scrub them. */
  static of({ content_type, encoded }: BodyKind): BodyCopy | undefined {
    if (encoded || content_type === undefined || !TEXT.test(content_type)) return undefined;
    return new BodyCopy(FORM.test(content_type));
  }

  private constructor(form: boolean) {
    this.#form = form;
  }

  /** Copies: `chunk` may be overwritten. */
  push(chunk: Uint8Array): void {
    const room = LIMITS.capture_body_bytes_max - this.#bytes;
    if (chunk.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = Buffer.from(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#chunks.push(kept);
    this.#bytes += kept.length;
  }

  text(): string | null {
    if (this.#bytes === 0) return null;
    const text = Buffer.concat(this.#chunks).toString("utf8");
    return this.#form ? scrubQuery(text) : scrubPayload(text);
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  const all: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) all.push([flat[index] as string, flat[index + 1] as string]);
  return all;
}
