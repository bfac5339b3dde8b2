import { expect, test } from "vitest";
import { type Access, defineRoute, paramNames } from "./route.ts";

const define = (path: string, access: unknown) =>
  defineRoute({
    method: "get",
    path,
    access: access as Access,
    summary: "A test",
    run: async () => undefined as never,
  });

test.each([
  ["/api/v1/things", undefined, "does not say who may ask"],
  ["/api/v1/things", "everyone", "does not say who may ask"],
  ["/api/v1/things", "admin", "names no workspace"],
  ["/api/v1/workspaces/{workspace}/things", "anyone", "asks for no role"],
  ["/api/v1/workspaces/{workspace}/things", "signed-in", "asks for no role"],
])("%s for %s does not start", (path, access, because) => {
  expect(() => define(path, access)).toThrow(because);
});

test("a route that makes nothing to show answers 204", () => {
  expect(define("/api/v1/workspaces/{workspace}/things/{id}", "viewer")).toMatchObject({
    status: 204,
    access: "viewer",
  });
});

test("the parts of a path are named in their order", () => {
  expect(paramNames("/api/v1/workspaces/{workspace}/subjects/{subject}/shift")).toEqual(["workspace", "subject"]);
});
