// What a client is told whose request cannot be read.
import type { ProblemCode } from "@holdfast/base";
import { headerLines, type Refusal, statusLine } from "@holdfast/http1";
import type { WholeAnswer } from "../listener.ts";

export const PROBLEMS_OF: Record<Refusal["code"], ProblemCode> = {
  malformed: "malformed_request",
  too_large: "header_too_large",
  tunnel: "upgrade_not_supported",
};

/** The last answer of a connection, in Latin-1. */
export function lastAnswer({ status, headers, body }: WholeAnswer, date_line: string): string {
  const bytes = Buffer.from(body);
  const framing = `content-length: ${bytes.length}\r\nconnection: close\r\n\r\n`;
  return `${statusLine(status)}${headerLines(headers)}${date_line}${framing}${bytes.toString("latin1")}`;
}
