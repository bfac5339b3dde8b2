// An answer of the API that is not what was asked for: the problem document as an error that pages can show.
import type { ProblemDocument } from "./types.ts";

export class ApiProblem extends Error {
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument) {
    super(document.detail ?? document.title);
    this.name = "ApiProblem";
    this.document = document;
  }

  get status(): number {
    return this.document.status;
  }
}

/** What was thrown, as a document: the network's own failures get calm words too. */
export function problemOf(error: unknown): ProblemDocument {
  if (error instanceof ApiProblem) return error.document;
  return {
    type: "about:blank",
    status: 0,
    code: "unreachable",
    title: "Holdfast does not answer",
    detail: error instanceof Error ? error.message : String(error),
    advice: "Your connection or the control plane may be down. The page tries again by itself.",
  };
}

/** Whether an answer's body is a problem document; anything else (a proxy's page) is described by its status alone. */
export function asProblem(body: unknown, status: number): ProblemDocument {
  if (typeof body === "object" && body !== null && "title" in body && "code" in body) return body as ProblemDocument;
  return {
    type: "about:blank",
    status,
    code: "unreadable",
    title: `The answer cannot be read (${status})`,
    advice: "Something between this page and Holdfast answered in its place. Try again in a moment.",
  };
}
