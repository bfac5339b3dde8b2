// The list of rules. A rule that is not here does not run.

import type { Rule } from "./rule.ts";
import { header, nothingLeft } from "./rules/comments.ts";
import { environment } from "./rules/environment.ts";
import { namedExports, oneDoor } from "./rules/exports.ts";
import { imports } from "./rules/imports.ts";
import { purity } from "./rules/purity.ts";
import { fileSize, functionSize } from "./rules/size.ts";
import { sockets } from "./rules/sockets.ts";
import { erasable } from "./rules/syntax.ts";
import { clockOnly } from "./rules/timers.ts";
import { young } from "./rules/young.ts";

export const rules: readonly Rule[] = [
  imports,
  purity,
  environment,
  clockOnly,
  sockets,
  namedExports,
  oneDoor,
  fileSize,
  functionSize,
  erasable,
  header,
  nothingLeft,
  young,
];
