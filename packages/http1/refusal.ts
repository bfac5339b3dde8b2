// Why bytes are refused. A refusal is final: nobody knows where the next message would begin.

export type Refusal = {
  /**
   * malformed: not HTTP/1.1, or two readers could read it differently. too_large: the head is over its limit. tunnel: CONNECT,
   * after which nothing is HTTP.
   */
  code: "malformed" | "too_large" | "tunnel";
  /** A sentence. */
  detail: string;
};

export function malformed(detail: string): Refusal {
  return { code: "malformed", detail };
}
