import { expect, test } from "vitest";
import { parametersOf, patternOf, restOf } from "./parameters.ts";

test.each([
  ["/orders/:id", "/orders/7", { id: "7" }, ""],
  ["/:a/:b/**", "/x/y%20z/1/2", { a: "x", b: "y%20z" }, "1/2"],
  ["/orders/**", "/orders", {}, ""],
  ["/orders/**", "/orders/", {}, ""],
  ["/**", "/a/b", {}, "a/b"],
])("%s takes %s", (pattern, path, parameters, rest) => {
  expect(parametersOf(pattern, path)).toEqual(parameters);
  if (pattern.endsWith("**")) expect(restOf(pattern, path)).toBe(rest);
});

test.each([
  ["/a/1", "/a/:x"],
  ["/b/1", "/:y/1"],
  ["/a;v=1/1", "/a/:x"],
  // The router prefers a literal further left.
  ["/a/b", "/a/:x"],
  ["/c/d/e", "/**"],
])("of several paths %s is taken by %s", (path, pattern) => {
  expect(patternOf({ path: "/**", also: { paths: ["/:y/1", "/a/:x"] } }, path)).toBe(pattern);
});
