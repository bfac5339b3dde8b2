// Times in sentences: the reader's page writes them in the reader's zone, so sentences carry `{time:<ms since the epoch>}`.
import type { Instant } from "@holdfast/base";

export function timeMark(at: Instant): string {
  return `{time:${at}}`;
}
