// What an issue is called that nobody has named yet: said from the failure, so that two people would say it alike.
import { presentRelease, shorten } from "@holdfast/base";
import type { Finding, LinkedCall } from "@holdfast/contract";

/** The contract's limit for titles. */
const CHARACTERS_MAX = 200;

/** "POST /orders/{id}/pay fails on orders@v2". */
export function titleOfFailure(call: Pick<LinkedCall, "method" | "path" | "subject" | "release">): string {
  const where = call.subject === null ? "" : ` on ${presentRelease(call.subject, call.release)}`;
  const what = [call.method, call.path === null ? null : withoutIds(call.path)].filter((part) => part !== null);
  return `${shorten(what.join(" ") || "A call", CHARACTERS_MAX - where.length - " fails".length)} fails${where}`;
}

/** "orders@v2 fails more often than orders@v1". */
export function titleOfFinding(finding: Pick<Finding, "subject" | "release" | "baseline">): string {
  const release = presentRelease(finding.subject, finding.release);
  if (finding.baseline === null) return `${release} fails too often`;
  return `${release} fails more often than ${presentRelease(finding.subject, finding.baseline)}`;
}

/** Segments that look like ids: whole numbers, and 8 or more characters of hexadecimal or base64url with a digit in them. */
const ID_SEGMENT = /^(?:\d+|(?=[^/]*\d)[0-9a-f-]{8,}|(?=[^/]*\d)(?=[^/]*[A-Z])[A-Za-z0-9_-]{12,})$/;

function withoutIds(path: string): string {
  return path
    .split("/")
    .map((segment) => (ID_SEGMENT.test(segment) ? "{id}" : segment))
    .join("/");
}
