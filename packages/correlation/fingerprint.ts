// What failing calls and findings have in common, as a text that can be compared and stored.
//
//   failure.1:routes.orders@v2
//
// It names the unit of blame, a release of a subject, and says that it fails. It does not name the outcome, the status or the
// path: an upstream that dies answers 502, times out and resets by turns, on all its paths, and that is one issue. A finding
// counts the failures of one release, so it has the same fingerprint as each of the calls that it counts; that is how voices
// and machines meet. The number is the version of these rules: a finer rule gets the next one, and old issues keep theirs.
import { isFailure, type LinkedCall } from "@holdfast/contract";

export type Fingerprint = string;

/** A call as far as it can be blamed on something. A record of the store of calls and a linked call both fit. */
export type BlamedCall = Pick<LinkedCall, "subject" | "release">;

/** Of a failing call; undefined when it did not fail or nothing was reached that could be blamed. */
export function failureFingerprint(
  call: BlamedCall & ({ failed: boolean } | Parameters<typeof isFailure>[0]),
): Fingerprint | undefined {
  const failed = "failed" in call ? call.failed : isFailure(call);
  return failed && call.subject !== null ? fingerprintOf(call.subject, call.release) : undefined;
}

/** Of all findings that say: this release fails too often. */
export function findingFingerprint(finding: { subject: string; release: string }): Fingerprint {
  return fingerprintOf(finding.subject, finding.release);
}

/** A call may fail before a release was chosen; then the subject alone is to blame. */
function fingerprintOf(subject: string, release: string | null): Fingerprint {
  const blamed = release === null ? subject : `${subject}@${release}`;
  return `failure.1:${blamed.toLowerCase()}`;
}
