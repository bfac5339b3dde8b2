// Where a call and a voice meet: which failing calls explain which feedback, and which issue both belong to. Pure.
export {
  decideIssue,
  fingerprintsOf,
  type IssueDecision,
  type IssueQuestion,
  type NewIssue,
  type OpenIssue,
} from "./decide-issue.ts";
export { type BlamedCall, type Fingerprint, failureFingerprint, findingFingerprint } from "./fingerprint.ts";
export { titleOfFailure, titleOfFinding } from "./titles.ts";
