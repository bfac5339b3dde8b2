// Each file opens with what it is for; nothing is left for later in a comment.

import { isTest } from "../places.ts";
import type { Rule } from "../rule.ts";

export const header: Rule = {
  id: "header",
  why: "the next reader learns from the first line what a file is for and what it leaves to others",
  bites: [
    {
      path: "packages/base/text.ts",
      text: 'import { ok } from "./result.ts";\n// Text.',
      says: "the file does not open with a comment that says what it is for",
    },
  ],
  allows: [
    { path: "packages/base/text.ts", text: "// Cuts text by graphemes.\nexport const x = 1;" },
    { path: "packages/base/text.ts", text: "/** Cuts text by graphemes. */\nexport const x = 1;" },
    { path: "tools/x.ts", text: "#!/usr/bin/env node\n// Prints x.\nexport const x = 1;" },
    { path: "packages/base/text.test.ts", text: "export const x = 1;" },
  ],
  check: ({ path, text, comments }) => {
    if (isTest(path)) return [];
    const opening = text.replace(/^#!.*\n/, "").trimStart();
    const first = comments.find((comment) => !text.slice(comment.start).startsWith("#!"));
    const opens = first !== undefined && /^\/[/*]/.test(opening);
    return opens ? [] : [{ line: 1, says: "the file does not open with a comment that says what it is for" }];
  },
};

/** Spelt in halves, or this file would break its own rule. */
const leftForLater = new RegExp(`\\b(${"TO"}${"DO"}|${"FIX"}${"ME"})\\b`);

export const nothingLeft: Rule = {
  id: "nothing-left",
  why: "work that is left is an issue with an owner, not a comment",
  bites: [
    {
      path: "packages/base/text.ts",
      text: `// Cuts text.\n// ${"TO"}${"DO"}: emoji`,
      says: "work left in a comment: do it, or open an issue",
    },
  ],
  allows: [{ path: "packages/base/text.ts", text: "// Cuts text. Todos are things of the feedback board." }],
  check: (source) =>
    source.comments
      .filter(({ value }) => leftForLater.test(value))
      .map(({ start }) => ({ line: source.lineOf(start), says: "work left in a comment: do it, or open an issue" })),
};
