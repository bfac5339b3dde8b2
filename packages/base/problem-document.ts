// Makes what a client reads of an error out of the catalogue: RFC 9457 documents are made here and nowhere else.
import { PROBLEMS, type ProblemCode } from "./problems.ts";

export type FieldError = { path: string; message: string; line?: number; suggestion?: string };

/** An RFC 9457 document. `code` repeats the last segment of `type` for clients that compare strings. */
export type ProblemDocument = {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  advice: string;
  request_id?: string;
  errors?: FieldError[];
};

export type ProblemDetails = { detail?: string; request_id?: string; errors?: FieldError[] };

export function problemDocument(code: ProblemCode, details: ProblemDetails = {}): ProblemDocument {
  const { status, title, advice } = PROBLEMS[code];
  return { type: `https://holdfast.dev/errors/${code}`, title, status, code, advice, ...details };
}

/** An expected failure on its way to a client. Services throw it; the border turns it into a document. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? PROBLEMS[code].title);
    this.name = "Problem";
    this.code = code;
    this.details = details;
  }
}
