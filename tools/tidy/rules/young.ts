// Where calls pass, what one leaves behind has to die young: V8 collects that for next to nothing.

import { isIn, isTest } from "../places.ts";
import { problemsAt, type Rule } from "../rule.ts";
import type { Node } from "../source.ts";

const whereCallsPass = ["packages/gateway", "packages/http1", "packages/net"];

export const young: Rule = {
  id: "young",
  why: "V8 takes a function that is written straight into a property for a method, and makes it old from the start, with all it holds",
  bites: [
    {
      path: "packages/net/connection.ts",
      text: "request.oncomplete = (status) => connected(status);",
      says: "a function written straight into a property: give it a name first",
    },
    {
      path: "packages/gateway/reads.ts",
      text: "handle.onread ??= function () { read(handle); };",
      says: "a function written straight into a property: give it a name first",
    },
    {
      path: "packages/http1/reader.ts",
      text: "class Reader { #take; constructor() { this.#take = () => this; } }",
      says: "a function written straight into a property: give it a name first",
    },
  ],
  allows: [
    { path: "packages/net/connection.ts", text: "const onComplete = () => done(); request.oncomplete = onComplete;" },
    { path: "packages/gateway/hooks.ts", text: "const hooks = { admit: () => undefined };" },
    { path: "packages/gateway/connection.ts", text: "class Connection { readonly #onWritten = () => this; }" },
    { path: "packages/gateway/connection.test.ts", text: "socket.write = () => true;" },
    { path: "packages/control/server.ts", text: "server.onEnd = () => undefined;" },
  ],
  check: (source) => (isIn(source.path, whereCallsPass) && !isTest(source.path) ? problemsAt(source, writtenIn) : []),
};

function writtenIn(node: Node): string | undefined {
  if (node.type !== "AssignmentExpression") return undefined;
  const [left, right] = [node.left as Node, node.right as Node];
  const is_function = right.type === "ArrowFunctionExpression" || right.type === "FunctionExpression";
  if (left.type !== "MemberExpression" || !is_function) return undefined;
  return "a function written straight into a property: give it a name first";
}
