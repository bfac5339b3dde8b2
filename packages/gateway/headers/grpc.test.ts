import { expect, test } from "vitest";
import { grpcMessage, grpcTimeoutMs, isGrpc } from "./grpc.ts";

test.each([
  ["application/grpc", true],
  ["application/grpc+proto", true],
  ["application/grpc;charset=utf-8", true],
  ["application/grpc-web", false],
  ["application/json", false],
  [undefined, false],
])("%s is gRPC: %s", (content_type, expected) => expect(isGrpc(content_type)).toBe(expected));

test.each([
  ["1H", 3_600_000],
  ["2M", 120_000],
  ["3S", 3000],
  ["250m", 250],
  ["1500u", 2],
  ["1n", 1],
  ["123456789S", undefined],
  ["5", undefined],
  ["-5S", undefined],
  ["5s", undefined],
])("a timeout of %s is %s ms", (value, expected) => expect(grpcTimeoutMs(value)).toBe(expected));

test("messages are percent-encoded", () => expect(grpcMessage("100 % für\n")).toBe("100 %25 f%C3%BCr%0A"));
