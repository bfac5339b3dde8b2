// Failures on their way out: everything that goes wrong becomes an RFC 9457 document here, and details that are nobody's
// business become a log line.
import { type FieldError, PROBLEMS, Problem, type ProblemCode, problemDocument } from "@holdfast/base";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import type { Services } from "../services.ts";
import type { Env } from "./context.ts";

/** For `app.onError`. */
export function presentFailure({ log }: Pick<Services, "log">) {
  return (failure: Error, context: Context<Env>): Response => {
    const problem = problemOf(failure);
    const request_id = context.get("request_id");
    if (PROBLEMS[problem.code].status >= 500) {
      const { method, path } = context.req;
      log.error({ error: failure, request_id, method, path: path.slice(0, 200) }, "a request failed");
    }
    const document = problemDocument(problem.code, { ...problem.details, request_id });
    return context.body(JSON.stringify(document), document.status as 500, {
      "content-type": "application/problem+json",
      ...headersOf(problem.code),
    });
  };
}

/** For `defaultHook`: what a schema refused, with the path of each value. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError; target: string }): void {
  if (result.success) return;
  throw new Problem("invalid_input", { errors: result.error.issues.map(fieldErrorOf) });
}

function fieldErrorOf({ path, message }: z.core.$ZodIssue): FieldError {
  return { path: path.map(String).join("."), message };
}

function problemOf(failure: Error): Problem {
  if (failure instanceof Problem) return failure;
  if (failure instanceof HTTPException) return fromHono(failure);
  return new Problem("internal");
}

/** What hono itself refuses: bodies that are not JSON, and content types that no route takes. */
function fromHono({ status, message }: HTTPException): Problem {
  if (status === 415) return new Problem("unsupported_media_type", { detail: "Send application/json." });
  if (status === 400) return new Problem("malformed_request", { detail: message || "The body is not valid JSON." });
  return new Problem("internal");
}

function headersOf(code: ProblemCode): Record<string, string> {
  if (PROBLEMS[code].status === 401) return { "www-authenticate": "Bearer" };
  if (code === "overloaded" || code === "telemetry_unavailable") return { "retry-after": "5" };
  return code === "rate_limited" ? { "retry-after": "60" } : {};
}
