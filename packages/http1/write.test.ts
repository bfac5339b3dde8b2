import { expect, test } from "vitest";
import { chunkLine, headerLines, requestLine, statusLine, Unwritable } from "./write.ts";

test("heads are written as they were given", () => {
  expect(requestLine("GET", "/a?b")).toBe("GET /a?b HTTP/1.1\r\n");
  expect(statusLine(204)).toBe("HTTP/1.1 204 No Content\r\n");
  expect(statusLine(299)).toBe("HTTP/1.1 299 \r\n");
  expect(headerLines(["x-a", "1", "X-B", "\xe9"])).toBe("x-a: 1\r\nX-B: \xe9\r\n");
  expect(chunkLine(255)).toBe("ff\r\n");
});

test.each([
  ["a value that ends its line", () => headerLines(["x-a", "1\r\nx-b: 2"])],
  ["a value with NUL", () => headerLines(["x-a", "a\0"])],
  ["a value beyond latin1", () => headerLines(["x-a", "\u010a"])],
  ["a name with a colon", () => headerLines(["x:a", "1"])],
  ["no name", () => headerLines(["", "1"])],
  ["a target with a space", () => requestLine("GET", "/a b")],
  ["a target that ends its line", () => requestLine("GET", "/\r\nHost: x")],
  ["a method that is none", () => requestLine("GET /", "/")],
  ["a status that is none", () => statusLine(1000)],
])("%s is not written", (_, write) => {
  expect(write).toThrow(Unwritable);
});

test("a value is checked also where the one before it was fine", () => {
  const lines = (value: string) => headerLines(["x-request-id", value]);
  expect(lines("abc")).toBe("x-request-id: abc\r\n");
  expect(lines("abc")).toBe("x-request-id: abc\r\n");
  expect(() => lines("a\r\n")).toThrow(Unwritable);
  expect(() => lines("a\r\n")).toThrow(Unwritable);
  expect(lines("abc")).toBe("x-request-id: abc\r\n");
});
