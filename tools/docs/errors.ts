// docs/errors.md out of the problem catalogue.
import { PROBLEMS } from "@holdfast/base";

const INTRODUCTION = `# Errors

Every error of the gateway, the public site and the control API is a problem document (RFC 9457, \`application/problem+json\`)
with a stable \`code\`. On AI paths the same code stands in the error shape of the dialect that was called. A test compares this
page with the catalogue in \`packages/base/problems.ts\`.

| code | status | meaning | what to do |
|---|---|---|---|
`;

export function errorsPage(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title, advice }]) => `| \`${code}\` | ${status} | ${title} | ${advice} |`,
  );
  return `${INTRODUCTION}${rows.join("\n")}\n`;
}
